using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>Random bytes from Linux itself: .NET's generator loads OpenSSL, which takes longer than starting a guest and may not
/// be there.</summary>
internal static partial class HostRandom
{
    /// <param name="into">At most 256 bytes, which Linux always fills whole.</param>
    public static void Fill(Span<byte> into)
    {
        if (GetRandom(into, (nuint)into.Length, 0) != into.Length)
        {
            throw HostException.Last($"getrandom({into.Length} bytes)", "");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint GetRandom(Span<byte> into, nuint bytes, uint flags);
}
