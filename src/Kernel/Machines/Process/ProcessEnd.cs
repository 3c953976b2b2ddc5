using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>How a process ended, as its tracer saw it.</summary>
/// <param name="Thread">The thread through which its memory can be read, the first one.</param>
/// <param name="WaitStatus">As wait(2) gives it.</param>
/// <param name="Registers">At its end, null when nobody could look.</param>
/// <param name="Signal">What came with the signal that ended it, null for none.</param>
/// <param name="StillThere">It stands in its exit: its memory can be read until it is buried.</param>
internal sealed record ProcessEnd(int Thread, int WaitStatus, UserRegisters? Registers, SignalFacts? Signal, bool StillThere)
{
    /// <summary>The signal that ended it, 0 for an exit.</summary>
    public int TerminatingSignal => WaitStatus & 0x7f;

    public int ExitStatus => (WaitStatus >> 8) & 0xff;
}
