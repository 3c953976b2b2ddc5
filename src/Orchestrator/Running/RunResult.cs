using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Cores;

namespace Muk.Orchestrator.Running;

/// <summary>How a pipeline went.</summary>
/// <param name="Status">Exit status: 0; the first failing stage's from the left; 124 for the timeout; 130 for Ctrl-C;
/// 1 when the input or the output failed.</param>
/// <param name="Reason">One line for people, "" when all went well.</param>
/// <param name="Machine">What the stages ran on.</param>
/// <param name="Nanoseconds">From the first request to the last stage's end.</param>
/// <param name="Stages">From left to right.</param>
/// <param name="InputBytes">Taken from the input.</param>
/// <param name="OutputBytes">Given to the output.</param>
public sealed record RunResult(
    int Status,
    string Reason,
    MachineKind Machine,
    long Nanoseconds,
    IReadOnlyList<StageResult> Stages,
    long InputBytes,
    long OutputBytes)
{
    /// <summary>How far the cores were kept from everything else of the host; empty where nothing was leased.</summary>
    public IReadOnlyList<LeaseFacts> Leases { get; init; } = [];
}

/// <summary>How one stage went.</summary>
/// <param name="Label">Unique in the pipeline.</param>
/// <param name="Core">The host's number of its CPU.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Status">As a shell gives it.</param>
/// <param name="Reason">One line, "" for an ordinary exit.</param>
/// <param name="Fails">Whether it counts as a failure of the pipeline: status not 0, and not merely ended because its reader
/// had read enough (SIGPIPE) or because another stage failed first.</param>
/// <param name="Input">Counts of its linked in port.</param>
/// <param name="Output">Counts of its linked out port.</param>
/// <param name="Counts">What it cost the core kernel.</param>
/// <param name="Steps">What was done to start it.</param>
public sealed record StageResult(
    string Label,
    int Core,
    EndKind Kind,
    int Status,
    string Reason,
    bool Fails,
    PortCounts Input,
    PortCounts Output,
    RunCounts Counts,
    IReadOnlyList<StartStep> Steps)
{
    /// <summary>Time-stamp cycles spent waiting at its ports.</summary>
    public ulong IdleCycles => Input.IdleCycles + Output.IdleCycles;

    /// <summary>Time-stamp cycles spent on anything else.</summary>
    public ulong UsefulCycles => Counts.Cycles > IdleCycles ? Counts.Cycles - IdleCycles : 0;
}

/// <summary>What went through a port, as its own side of the ring counted it.</summary>
public sealed record PortCounts(string Port, ulong Messages, ulong Bytes, ulong IdleCycles, ulong Waits, ulong Parks)
{
    /// <summary>Of a port that is not linked.</summary>
    public static PortCounts None { get; } = new("", 0, 0, 0, 0, 0);
}
