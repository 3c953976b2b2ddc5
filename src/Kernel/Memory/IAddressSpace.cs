namespace Muk.Kernel.Memory;

/// <summary>Page rights, with Linux's PROT_* values.</summary>
[Flags]
public enum PageRights
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}

/// <summary>What the memory family of system calls needs from a machine that owns its guest's page tables (<c>kvm</c>).
/// On <c>process</c> Linux does this itself under the seccomp filter, and no such call reaches the core kernel.</summary>
/// <remarks>Results are Linux's: 0 or an address, or a negative errno. Addresses and lengths are unchecked guest input.
/// W^X holds: write and execute together are refused with -EPERM, and nothing outside the guest's own private memory
/// (stub, boot block, rings) can be changed or unmapped: -EPERM.</remarks>
public interface IAddressSpace : IGuestMemory
{
    /// <summary>mmap of private anonymous memory. <paramref name="fixedAddress"/>: exactly there, replacing what was.</summary>
    long Map(GuestAddress hint, ulong bytes, PageRights rights, bool fixedAddress, bool replace);

    /// <summary>munmap.</summary>
    long Unmap(GuestAddress start, ulong bytes);

    /// <summary>mprotect.</summary>
    long Protect(GuestAddress start, ulong bytes, PageRights rights);

    /// <summary>mremap; <paramref name="flags"/> as Linux's.</summary>
    long Remap(GuestAddress start, ulong oldBytes, ulong newBytes, int flags, GuestAddress to);

    /// <summary>brk: the new break, or the old one where it cannot be had.</summary>
    ulong Break(GuestAddress wanted);

    /// <summary>madvise MADV_DONTNEED and MADV_FREE: gives the pages back, they read as zero again.</summary>
    long Discard(GuestAddress start, ulong bytes);

    /// <summary>mincore: 1 for each page that is committed, from <paramref name="start"/> on; -ENOMEM where one is not mapped.</summary>
    long Resident(GuestAddress start, Span<byte> pages);

    /// <summary>What is mapped, from the lowest address up. Good until the next call.</summary>
    IReadOnlyList<Region> Regions { get; }

    /// <summary>Bytes committed now, and the limit.</summary>
    (ulong Committed, ulong Limit) Usage { get; }
}
