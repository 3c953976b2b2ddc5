namespace Muk.Kernel.Machines;

/// <summary>Keeps a <see cref="TimeLine"/> true to the host's clocks. Pure: readings come in, lines go out. Owner: one thread at a
/// time.</summary>
/// <remarks>
/// The next line begins where the last one stands, so that the guest's monotonic clock neither jumps nor goes back, and leads to
/// the host's within <see cref="SpanNanoseconds"/>. Only where it lags far behind (the counter stood still: the host was suspended)
/// does it jump, forwards. A step of the host's real-time clock is taken over at once, as on the host; differences that small are
/// left alone that come from reading two clocks one after the other.
/// </remarks>
internal sealed class TimeKeeper
{
    /// <summary>In which time a small difference is made good.</summary>
    public const long SpanNanoseconds = 100_000_000;

    private const long JumpNanoseconds = 10_000_000;
    private const long WindowNanosecondsMin = 1_000_000_000;
    private const long NoiseNanoseconds = 1_000;
    private const long DoubtNanosecondsMax = 100_000;
    private const long SlewPartsPerMillionMax = 500;

    private HostReading _older;
    private HostReading _newer;
    private TimeLine _line;

    /// <param name="first">A reading some time ago: the longer, the better the first line's rate.</param>
    /// <param name="now">A reading now; later than the first one.</param>
    public TimeKeeper(in HostReading first, in HostReading now)
    {
        (_older, _newer) = (first, now);
        _line = new()
        {
            TscBase = now.Tsc,
            NsBase = (ulong)now.Monotonic,
            Mult = Rate(first, now),
            RealtimeOffsetNs = (ulong)now.RealtimeOffset,
            BoottimeOffsetNs = (ulong)now.BoottimeOffset,
        };
    }

    public TimeLine Line => _line;

    /// <summary>Takes a reading in.</summary>
    /// <returns>The line that holds from now on.</returns>
    public TimeLine Next(in HostReading now)
    {
        if (now.Doubt > DoubtNanosecondsMax || now.Tsc <= _older.Tsc || now.Monotonic <= _older.Monotonic)
        {
            return _line;
        }

        var stands = (long)_line.Nanoseconds(now.Tsc);
        var behind = now.Monotonic - stands;
        var rate = Rate(_older, now);
        if (behind > JumpNanoseconds)
        {
            (_older, _newer, stands) = (_newer, now, now.Monotonic);
            rate = _line.Mult; // What lies between is no measure.
        }
        else
        {
            var limit = Math.Abs(behind) > SpanNanoseconds / 1000 ? 100 * SlewPartsPerMillionMax : SlewPartsPerMillionMax;
            var partsPerMillion = Math.Clamp(behind * 1_000_000 / SpanNanoseconds, -limit, limit);
            rate = (ulong)((long)rate + ((long)(rate / 1_000_000) * partsPerMillion));
        }

        _line = new()
        {
            TscBase = now.Tsc,
            NsBase = (ulong)stands,
            Mult = rate,
            RealtimeOffsetNs = Kept(_line.RealtimeOffsetNs, now.RealtimeOffset, now.Doubt),
            BoottimeOffsetNs = Kept(_line.BoottimeOffsetNs, now.BoottimeOffset, now.Doubt),
        };
        if (now.Monotonic - _newer.Monotonic >= WindowNanosecondsMin)
        {
            (_older, _newer) = (_newer, now);
        }

        return _line;
    }

    private static ulong Kept(ulong old, long now, long doubt) =>
        Math.Abs(now - (long)old) <= NoiseNanoseconds + doubt ? old : (ulong)now;

    private static ulong Rate(in HostReading from, in HostReading to) =>
        (ulong)(((UInt128)(ulong)(to.Monotonic - from.Monotonic) << TimeLine.Shift) / (to.Tsc - from.Tsc));
}
