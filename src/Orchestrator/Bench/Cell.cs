using System.Text.Json.Serialization;

namespace Muk.Orchestrator.Bench;

/// <summary>What is measured in a cell.</summary>
public enum CellKind
{
    /// <summary>A message there and one back, before the next.</summary>
    Round,

    /// <summary>One way, as many as go through.</summary>
    Stream,

    /// <summary>To a reader that sleeps, until its answer is seen.</summary>
    Wake,
}

/// <summary>Where a subject's buffer lies.</summary>
public enum CellMemory
{
    /// <summary>Prefaulted 2 MiB pages, the same for all.</summary>
    Huge,

    /// <summary>Whatever the subject takes by itself.</summary>
    Default,
}

/// <summary>One thing to measure.</summary>
/// <param name="Subject">As its runner calls it.</param>
/// <param name="Label">As the table calls it.</param>
/// <param name="PayloadBytes">Of a message; <see cref="Mixed"/> for records of 8 to 1500 bytes.</param>
/// <param name="Burst">Messages a call, 1 for single.</param>
/// <param name="CapacityBytes">Of the subject's data.</param>
public sealed record Cell(
    string Subject, string Label, CellKind Kind, int PayloadBytes, int Burst, long CapacityBytes, CellMemory Memory = CellMemory.Huge)
{
    /// <summary>In the place of a payload's size: records of lengths between 8 and 1500 bytes, the same for all subjects.</summary>
    public const int Mixed = 0;
}

/// <summary>What a cell came to. Floors are quantiles of F in ns: 0, 25, 50, 75, 99, 100 %.</summary>
/// <param name="Ns">Of a round trip (median of chunks), or of one message (the whole cell).</param>
/// <param name="BestNs">Of the best chunk.</param>
/// <param name="P99Ns">Of the chunks.</param>
/// <param name="Count">Messages that arrived.</param>
/// <param name="Errors">Messages that did not arrive whole and in order.</param>
/// <param name="Switches">Times that somebody else took a core.</param>
public sealed record CellResult(
    double Ns,
    double BestNs,
    double P99Ns,
    long Count,
    long Errors,
    long Switches,
    IReadOnlyList<double> FloorBefore,
    IReadOnlyList<double> FloorAfter)
{
    private const int Middle = 2;

    /// <summary>99.9 % of round trips took at most so long; null where trips are not timed one by one.</summary>
    public double? P999Ns { get; init; }

    /// <summary>What the guest's machine did while messages flowed; null where there is no guest.</summary>
    public GuestCounts? Guest { get; init; }

    /// <summary>F around this cell, ns.</summary>
    [JsonIgnore]
    public double FloorNs => (FloorBefore[Middle] + FloorAfter[Middle]) / 2;

    /// <summary>What the table's ratios are made of: the cost in round trips of a bare cache line.</summary>
    [JsonIgnore]
    public double OverFloor => Ns / FloorNs;

    /// <summary>Both medians of F.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Floors => [FloorBefore[Middle], FloorAfter[Middle]];
}

/// <summary>Differences of the control page's counters between two moments at which messages flowed.</summary>
/// <param name="Messages">How many were sent meanwhile, by either side.</param>
public sealed record GuestCounts(long Exits, long SystemCalls, long Faults, long Interrupts, long Messages);

/// <summary>How long to measure.</summary>
/// <param name="Rounds">Of all cells, in a new order each.</param>
/// <param name="CellMilliseconds">Of the work in a cell.</param>
/// <param name="FloorMilliseconds">Of the floor before it and of that after it.</param>
/// <param name="TriesMax">Of a disturbed group.</param>
public sealed record Effort(int Rounds, double CellMilliseconds, double FloorMilliseconds, int TriesMax)
{
    /// <summary>What may be quoted.</summary>
    public static Effort Full { get; } = new(11, 25, 3, 5);

    /// <summary>For tests: nothing that may be quoted.</summary>
    public static Effort Quick { get; } = new(2, 1, 0.5, 1);
}

/// <summary>Measures cells. Owner: the harness' one thread.</summary>
public interface ICellRunner
{
    /// <summary>Whether it has the cell's subject in this form.</summary>
    bool Has(Cell cell);

    CellResult Measure(Cell cell, Effort effort);
}
