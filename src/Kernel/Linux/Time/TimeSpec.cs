using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Time;

/// <summary><c>struct timespec</c>; also <c>struct timeval</c>, whose second word counts microseconds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Longest time counted exactly, about 146 years; what is longer is taken for it.</summary>
    public const long NanosecondsMax = long.MaxValue / 2;

    public static TimeSpec FromNanoseconds(long nanoseconds) =>
        new() { Seconds = nanoseconds / NanosecondsPerSecond, Nanoseconds = nanoseconds % NanosecondsPerSecond };

    /// <summary>What Linux accepts: no negative seconds, less than a second of nanoseconds.</summary>
    public readonly bool Valid => Seconds >= 0 && (ulong)Nanoseconds < NanosecondsPerSecond;

    public readonly long TotalNanoseconds =>
        Seconds >= NanosecondsMax / NanosecondsPerSecond ? NanosecondsMax : (Seconds * NanosecondsPerSecond) + Nanoseconds;
}
