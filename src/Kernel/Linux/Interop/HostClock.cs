using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Linux.Interop;

/// <summary>The host's clocks. Any thread.</summary>
internal static partial class HostClock
{
    public const int Realtime = 0;
    public const int Monotonic = 1;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds of <c>CLOCK_MONOTONIC</c>.</summary>
    public static long MonotonicNanoseconds => Nanoseconds(Monotonic);

    /// <summary>Nanoseconds of a clock that every Linux has.</summary>
    public static long Nanoseconds(int clock) => TryRead(clock, out var now)
        ? (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds
        : throw HostException.Last($"clock_gettime({clock})", "");

    /// <summary>clock_gettime; false for a clock that is none.</summary>
    public static bool TryRead(int clock, out TimeSpec now) => GetTime(clock, out now) == 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec now);
}
