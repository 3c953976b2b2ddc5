using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>What the kernel tells Linux about pages it has mapped.</summary>
internal static partial class HostPages
{
    private const int AdviceDontNeed = 4;
    private const int PunchHoleKeepSize = 3;
    private const int PageBytes = 4096;
    private const int PrivateFixedAnonymousNoReserve = 0x2 | 0x10 | 0x20 | 0x4000;

    /// <summary>Drops the host's page-table entries of a shared file mapping, and with them whatever KVM derived from them. The content
    /// stays in the file.</summary>
    public static void Forget(nint address, long bytes)
    {
        if (Advise(address, (nuint)bytes, AdviceDontNeed) != 0)
        {
            throw HostException.Last($"madvise(MADV_DONTNEED, {bytes} bytes)", "guest memory must not be locked");
        }
    }

    /// <summary>Gives a range of a file back to the host; it reads as zero afterwards, in every mapping.</summary>
    public static void Punch(SafeFileHandle file, long offset, long bytes)
    {
        if (Allocate(file, PunchHoleKeepSize, offset, bytes) != 0)
        {
            throw HostException.Last($"fallocate(FALLOC_FL_PUNCH_HOLE, {bytes} bytes)", "the runtime folder must lie on a tmpfs");
        }
    }

    /// <summary>For each page of a shared file mapping, whether the file has it: bit 0 of each byte of <paramref
    /// name="resident"/>.</summary>
    public static void Residency(nint address, Span<byte> resident)
    {
        if (InCore(address, (nuint)((long)resident.Length * PageBytes), resident) != 0)
        {
            throw HostException.Last("mincore", "");
        }
    }

    /// <summary>Replaces a range of this process's address space by inaccessible pages without memory.</summary>
    public static void Blank(nint address, long bytes)
    {
        if (Map(address, (nuint)bytes, 0, PrivateFixedAnonymousNoReserve, -1, 0) == -1)
        {
            throw HostException.Last($"mmap(PROT_NONE, {bytes} bytes)", "");
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint at, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint at, nuint bytes, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int InCore(nint at, nuint bytes, Span<byte> resident);
}
