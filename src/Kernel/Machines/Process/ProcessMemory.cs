using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>A guest process's memory, read and written with its own rights.</summary>
/// <remarks>The process is a child that only this machine buries, so the number of a thread
/// whose call is in hand cannot be another's meanwhile.</remarks>
internal sealed class ProcessMemory(int pid) : IGuestMemory
{
    /// <summary>The thread through which it is reached: one that lives. The first one may end before the others.</summary>
    public int Thread { get; set; } = pid;

    public bool TryRead(GuestAddress from, Span<byte> into) =>
        into.IsEmpty || GuestProcessCalls.TryRead(Thread, from.Value, into);

    public bool TryWrite(GuestAddress to, ReadOnlySpan<byte> from) =>
        from.IsEmpty || GuestProcessCalls.TryWrite(Thread, to.Value, from);
}
