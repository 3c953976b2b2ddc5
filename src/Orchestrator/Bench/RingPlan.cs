using Muk.Orchestrator.Bench.Managed;

namespace Muk.Orchestrator.Bench;

/// <summary>Which cells `muk bench ring` measures, in which company: pure.</summary>
public static class RingPlan
{
    public const string RingC = "muk ring C";
    public const string CopyFloor = "copy floor";
    public const string CopyBlocks = "copy floor, blocks";
    public const string Copies = "muk ring C, copies";
    public const string RecordsSingly = "muk ring C, one by one";
    public const string Futex = "futex";
    public const string Control = "A/A control";
    public const int Burst = 32;

    private const string ControlSubject = "boost spsc_queue";
    private const long SmallBytes = 256 << 10;
    private const long LargeBytes = 4 << 20;

    /// <summary>What carries a message a call.</summary>
    public static IReadOnlyList<string> Peers { get; } =
    [
        "boost spsc_queue", "moodycamel", "ck_ring", "rte_ring", "rte_ring zero-copy", "libcds variable", "libcds typed",
        "pipe", "unix socket", ManagedRunner.Channels, ManagedRunner.Queue,
    ];

    /// <summary>What carries records with lengths of their own, or slots for the largest.</summary>
    public static IReadOnlyList<string> MixedPeers { get; } = ["libcds variable", "rte_ring zero-copy", "pipe", "unix socket"];

    /// <summary>Everything that is measured; a runner that lacks a subject leaves its cells out.</summary>
    public static IReadOnlyList<CellGroup> Groups { get; } =
    [
        .. new[] { 8, 24, 48, 64, 1024 }.Select(Rounds),
        .. new[] { 8, 64, 1024 }.SelectMany(p => new[] { Streams(p, 1), Streams(p, Burst) }),
        MixedRecords(1),
        MixedRecords(Burst),
        new(Name(CellKind.Wake, 8, 1), [.. new[] { RingC, Futex }.Select(s => new Cell(s, s, CellKind.Wake, 8, 1, SmallBytes))]),
        .. RigPlan.Groups,
    ];

    /// <summary>Of a group, as it stands in rows and records.</summary>
    public static string Name(CellKind kind, int payload, int burst) => kind switch
    {
        CellKind.Round => $"round trip {payload} B",
        CellKind.Wake => "wake of a parked reader",
        _ => $"one way {(payload == Cell.Mixed ? "8–1500" : payload)} B {(burst == 1 ? "single" : $"burst {burst}")}",
    };

    private static CellGroup Rounds(int payload)
    {
        List<Cell> cells = [];
        foreach (var subject in (string[])[RingC, ManagedRunner.Ring, .. Peers])
        {
            cells.Add(new(subject, subject, CellKind.Round, payload, 1, SmallBytes));
        }

        if (payload == 8)
        {
            cells.Add(new(ControlSubject, Control, CellKind.Round, payload, 1, SmallBytes));
        }

        return new(Name(CellKind.Round, payload, 1), cells);
    }

    private static CellGroup Streams(int payload, int burst)
    {
        var capacity = payload >= 1024 ? LargeBytes : SmallBytes;
        List<Cell> cells = [];
        foreach (var subject in (string[])[RingC, ManagedRunner.Ring, .. Peers])
        {
            cells.Add(new(subject, subject, CellKind.Stream, payload, burst, capacity));
        }

        foreach (var floor in (string[])[CopyFloor, CopyBlocks])
        {
            cells.Add(new(floor, floor, CellKind.Stream, payload, 1, capacity));
        }

        cells.Add(new(Copies, Copies, CellKind.Stream, payload, burst, capacity));
        if (burst == 1)
        {
            foreach (var subject in (string[])["boost spsc_queue", "moodycamel", "rte_ring"])
            {
                cells.Add(new(subject, $"{subject}, its own allocation", CellKind.Stream, payload, burst, capacity, CellMemory.Default));
            }
        }

        if (payload == 1024 && burst == 1)
        {
            cells.Add(new(ControlSubject, Control, CellKind.Stream, payload, burst, capacity));
        }

        return new(Name(CellKind.Stream, payload, burst), cells);
    }

    /// <summary>Against bursts, where the ring has none of its own for records, it stands as it is.</summary>
    private static CellGroup MixedRecords(int burst) => new(Name(CellKind.Stream, Cell.Mixed, burst),
    [
        .. MixedPeers.Prepend(RingC).Select(s => new Cell(s, s, CellKind.Stream, Cell.Mixed, burst, LargeBytes)),
        new(Copies, Copies, CellKind.Stream, Cell.Mixed, 1, LargeBytes),
        .. burst == 1 ? Array.Empty<Cell>() : [new(RingC, RecordsSingly, CellKind.Stream, Cell.Mixed, 1, LargeBytes)],
    ]);
}
