using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Interop;

/// <summary>The host's random bytes; straight from Linux, since .NET's own generator would load OpenSSL. Any thread.</summary>
internal static partial class HostRandom
{
    /// <summary>Fills a few bytes (at most 256, which getrandom never interrupts). 0 or a negative errno.</summary>
    public static long Fill(Span<byte> bytes)
    {
        var got = GetRandom(bytes, (nuint)bytes.Length, 0);
        return got == bytes.Length ? 0 : got < 0 ? -Marshal.GetLastPInvokeError() : -Errno.Again;
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint GetRandom(Span<byte> bytes, nuint count, uint flags);
}
