using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>Machine code in a page of this process's, executable and not writable. Whoever calls it answers for what it does.</summary>
internal sealed unsafe partial class HostCode : IDisposable
{
    private const int PageBytes = 4096;
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;

    public HostCode(ReadOnlySpan<byte> code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code.Length, PageBytes);
        var page = Map(0, PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
        {
            throw HostException.Last("mmap", "raise ulimit -v");
        }

        // SAFETY: the page has just been mapped and is not shorter than the code.
        code.CopyTo(new Span<byte>((void*)page, PageBytes));
        if (Protect(page, PageBytes, ReadExecute) != 0)
        {
            throw HostException.Last("mprotect(PROT_EXEC)", "a security module forbids code made at run time; allow it");
        }

        Address = page;
    }

    public nint Address { get; }

    public void Dispose() => _ = Unmap(Address, PageBytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint at, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint at, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint at, nuint bytes);
}
