using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Interop;

/// <summary>The host's clocks. Any thread.</summary>
internal static partial class HostClock
{
    /// <summary>clock_gettime; false for a clock that is none.</summary>
    public static bool TryRead(int clock, out TimeSpec now) => GetTime(clock, out now) == 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec now);
}
