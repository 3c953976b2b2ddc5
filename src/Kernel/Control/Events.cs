using Muk.Abi;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Control;

/// <summary>What a core kernel tells the orchestrator: records in its event ring.</summary>
public abstract record Event
{
    /// <summary>The kernel is up and waits for requests.</summary>
    public sealed record Ready(int Pid, MachineKind Machine, int Core, string Facts) : Event;

    /// <summary>The guest's first instruction is about to run. <paramref name="Steps"/>: what was done for it, with ns each.</summary>
    public sealed record Started(ulong Run, IReadOnlyList<StartStep> Steps) : Event;

    /// <summary>The run is over; its rings have been closed on its side.</summary>
    /// <param name="Status">Exit status as a shell gives it: 0–255, 128 + signal for a crash, 124 for a timeout,
    /// 126 for an image that was refused, 137 for a kill and for out of memory.</param>
    /// <param name="Reason">One line for people; "" for an ordinary exit.</param>
    /// <param name="Crash">Where it stood, for crashes.</param>
    public sealed record Ended(ulong Run, EndKind Kind, int Status, string Reason, CrashFacts? Crash, RunCounts Counts) : Event;

    /// <summary>A line of the kernel's own about the run (a system call answered ENOSYS, named once).</summary>
    public sealed record Log(ulong Run, string Text) : Event;
}

/// <summary>How a run ended.</summary>
public enum EndKind
{
    Exited = 1,
    Crashed = 2,
    Killed = 3,
    Refused = 4,
}

/// <summary>A step of starting a guest and how long it took.</summary>
public sealed record StartStep(string Name, ulong Nanoseconds);

/// <summary>What a run cost. Cycles are of the time-stamp counter.</summary>
public sealed record RunCounts(
    ulong Exits,
    ulong SystemCalls,
    ulong Faults,
    ulong Interrupts,
    ulong Parks,
    ulong MemoryBytesPeak,
    ulong Nanoseconds,
    ulong Cycles);

/// <summary>A crash as the kernel saw it; frames are offsets into the image (bias taken off) or, outside of it, absolute.</summary>
public sealed record CrashFacts(
    int Signal,
    int Vector,
    ulong Address,
    GuestRegisters Registers,
    IReadOnlyList<CrashFrame> Frames);

/// <summary>A frame of a crash's backtrace.</summary>
public sealed record CrashFrame(bool InImage, ulong Offset);
