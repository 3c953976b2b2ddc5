using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>The processor's time-stamp counter, for which .NET has no intrinsic: four instructions in a page of their own. Any thread.</summary>
public static unsafe partial class TimeStampCounter
{
    private const int PageBytes = 4096;
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;

    // SAFETY: a page that is made once, holds a complete function of the platform's convention, and is never unmapped or changed.
    private static readonly delegate* unmanaged<ulong> _read = Make();

    public static ulong Read() => _read();

    private static delegate* unmanaged<ulong> Make()
    {
        // lfence; rdtsc; shl $32, %rdx; or %rdx, %rax; ret
        ReadOnlySpan<byte> code = [0x0f, 0xae, 0xe8, 0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3];
        var page = Map(0, PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
        {
            throw HostException.Last("mmap", "raise ulimit -v");
        }

        // SAFETY: the page has just been mapped and is longer than the code.
        code.CopyTo(new Span<byte>((void*)page, PageBytes));
        return Protect(page, PageBytes, ReadExecute) == 0
            ? (delegate* unmanaged<ulong>)page
            : throw HostException.Last("mprotect(PROT_EXEC)", "a security module forbids it");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint at, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint at, nuint bytes, int protection);
}
