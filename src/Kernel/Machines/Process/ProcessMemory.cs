using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>A guest process's memory, read and written with its own rights.</summary>
/// <remarks>The process is a child that only this machine buries, so its pid cannot be another's while this is used.</remarks>
internal sealed class ProcessMemory(int pid) : IGuestMemory
{
    public bool TryRead(GuestAddress from, Span<byte> into) =>
        into.IsEmpty || GuestProcessCalls.TryRead(pid, from.Value, into);

    public bool TryWrite(GuestAddress to, ReadOnlySpan<byte> from) =>
        from.IsEmpty || GuestProcessCalls.TryWrite(pid, to.Value, from);
}
