using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Program.Interop;

/// <summary>Reads the time-stamp counter. .NET has no intrinsic for it, so the instruction lies in a page of its own.</summary>
internal sealed unsafe partial class TimeStampCounter : IDisposable
{
    private const int PageBytes = 4096;
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;

    // SAFETY: points at the code below, in a page that lives as long as this object; it touches rax and rdx only.
    private readonly delegate* unmanaged<ulong> _read;

    public TimeStampCounter()
    {
        var page = Map(null, PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)page == -1)
        {
            throw HostException.Last("mmap(a page for rdtsc)", "raise the limit on address space");
        }

        // rdtsc; shl rdx, 32; or rax, rdx; ret
        ReadOnlySpan<byte> code = [0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3];
        code.CopyTo(new Span<byte>(page, PageBytes));
        if (Protect(page, PageBytes, ReadExecute) != 0)
        {
            throw HostException.Last("mprotect(a page for rdtsc)", "the host must allow pages that execute");
        }

        _read = (delegate* unmanaged<ulong>)page;
    }

    /// <summary>The counter now.</summary>
    public ulong Now => _read();

    public void Dispose() => _ = Unmap(_read, PageBytes);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* at, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* at, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* at, nuint bytes);
}
