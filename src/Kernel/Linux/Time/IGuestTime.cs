using Muk.Channel.Interop;

namespace Muk.Kernel.Linux.Time;

/// <summary>The clocks that a run goes by, and how it sleeps: the host's own, or a test's. Owner: the vCPU thread.</summary>
internal interface IGuestTime
{
    /// <summary>Reads a clock by Linux's number; false for one that is none.</summary>
    bool TryRead(int clock, out TimeSpec now);

    /// <summary>Sleeps until the word is kicked or a bell is rung, at most so many ns (negative: without end). May come back
    /// early.</summary>
    void Sleep(KickWord kick, ReadOnlySpan<Bell> bells, long nanoseconds);
}

/// <summary>What every user of a clock asks.</summary>
internal static class GuestTimeReadings
{
    public const int Realtime = 0;
    public const int Monotonic = 1;

    /// <summary>A clock that every Linux has, in ns.</summary>
    public static long Nanoseconds(this IGuestTime time, int clock)
    {
        _ = time.TryRead(clock, out var now);
        return now.TotalNanoseconds;
    }

    public static long MonotonicNanoseconds(this IGuestTime time) => time.Nanoseconds(Monotonic);

    /// <summary><c>CLOCK_MONOTONIC</c> in so long; what is too far off to count is for ever.</summary>
    public static long After(this IGuestTime time, TimeSpec span)
    {
        var now = time.MonotonicNanoseconds();
        return span.TotalNanoseconds > TimeSpec.NanosecondsMax - now ? TimeSpec.NanosecondsMax : now + span.TotalNanoseconds;
    }
}
