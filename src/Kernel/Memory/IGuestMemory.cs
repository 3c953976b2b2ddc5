namespace Muk.Kernel.Memory;

/// <summary>The guest's memory as the core kernel may touch it on the guest's behalf, with the guest's own rights.</summary>
/// <remarks>Owner: the thread that runs the machine. Addresses and lengths come from the guest and may be anything;
/// a range that the guest itself could not read (or write) gives false, which a system call answers with EFAULT.
/// Lazily committed pages are committed by the copy. Nothing is thrown for what a guest did.</remarks>
public interface IGuestMemory
{
    /// <summary>Copies guest memory out. All or nothing as far as the caller sees.</summary>
    bool TryRead(GuestAddress from, Span<byte> into);

    /// <summary>Copies into guest memory.</summary>
    bool TryWrite(GuestAddress to, ReadOnlySpan<byte> from);
}
