using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines;

/// <summary>Why a guest is no longer running. A value for its supervisor, never an exception.</summary>
public abstract record GuestEnd
{
    /// <summary>exit or exit_group with <paramref name="Status"/> 0–255.</summary>
    public sealed record Exited(int Status) : GuestEnd;

    /// <summary>A fatal signal, its own (abort) or by a fault. <paramref name="Reason"/> is one line for people, such as
    /// "write to 0x10, which is not mapped".</summary>
    public sealed record Crashed(int Signal, string Reason, GuestFault Fault) : GuestEnd;

    /// <summary>The kernel ended it: timeout, a request, its memory limit, the machine's failure.</summary>
    public sealed record Killed(KillReason Kind, string Reason, GuestFault? Fault = null) : GuestEnd;
}

/// <summary>Who or what ended a guest that would have gone on.</summary>
public enum KillReason
{
    /// <summary>Somebody asked.</summary>
    Requested = 1,

    /// <summary>It ran longer than it was given.</summary>
    Timeout = 2,

    /// <summary>It needed more memory than its limit.</summary>
    OutOfMemory = 3,

    /// <summary>Another stage of its pipeline failed.</summary>
    PipelineFailed = 4,

    /// <summary>The machine gave up: an exit nobody understands, an ioctl that failed.</summary>
    MachineFailed = 5,
}

/// <summary>Where a guest stood when it ended.</summary>
/// <param name="Registers">At the faulting instruction.</param>
/// <param name="Vector">x86 exception vector, -1 for none (a signal it sent itself).</param>
/// <param name="Address">Faulting address (CR2), 0 for none.</param>
/// <param name="Frames">Return addresses, innermost first, guest-virtual, from walking the frame pointers; the first is
/// the instruction pointer itself. At most 64.</param>
public sealed record GuestFault(GuestRegisters Registers, int Vector, GuestAddress Address, IReadOnlyList<GuestAddress> Frames);
