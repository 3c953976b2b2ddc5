using System.Runtime.InteropServices;
using Muk.Abi;

namespace Muk.Channel.Interop;

/// <summary>What a guest asks its core kernel, and of the C runtime that is linked into its image. For code inside a MUK only.</summary>
internal static unsafe partial class GuestCalls
{
    // SAFETY: each call is given its own arguments only, and memory that lives as long as it does.

    /// <summary>Sleeps until the bell of a port's peer differs, or the peer is not open any more.</summary>
    public static void Park(int port, uint bell) => Call((nint)(long)MukCall.Park, port, (nint)bell, 0);

    /// <summary>Wakes the peer of a port, which has been seen parked.</summary>
    public static void Ring(int port) => Call((nint)(long)MukCall.Ring, port, 0, 0);

    /// <summary>One line for the log.</summary>
    public static void Log(ReadOnlySpan<byte> line)
    {
        fixed (byte* text = line)
        {
            Call((nint)(long)MukCall.Log, (nint)text, line.Length, 0);
        }
    }

    /// <summary>CLOCK_MONOTONIC in nanoseconds.</summary>
    public static long Now() => (long)ReadClock();

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint a, nint b, nint c);

    // Of the C runtime: it takes no lock and never waits, so the collector need not be told.
    [LibraryImport("muk", EntryPoint = "muk_now")]
    [SuppressGCTransition]
    private static partial ulong ReadClock();
}
