using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>timerfd.</summary>
public sealed class TimerTests : IDisposable
{
    private const ulong At = Bench.At, Times = FakeGuest.Base + 0x40000;
    private const long Create = 283, Settime = 286, Gettime = 287;
    private const ulong Monotonic = 1, Realtime = 0, Absolute = 1;
    private const long Second = FakeTime.Second;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_read_waits_for_the_first_expiration_and_counts_those_it_missed()
    {
        var timer = Make(Monotonic);
        Set(timer, value: 2 * Second, every: Second);
        var start = _bench.Time.Monotonic;
        Assert.Equal(1ul, Read(timer));
        Assert.Equal(2 * Second, _bench.Time.Monotonic - start);
        _bench.Time.Monotonic += (3 * Second) + 5;
        Assert.Equal(3ul, Read(timer));
        Assert.Equal((Second - 5, Second), Get(timer));
    }

    [Theory]
    [InlineData(Monotonic)]
    [InlineData(Realtime)]
    public void An_absolute_time_is_of_the_timers_own_clock(ulong clock)
    {
        var timer = Make(clock);
        var now = clock == Monotonic ? _bench.Time.Monotonic : _bench.Time.Realtime;
        Set(timer, now + (5 * Second), 0, Absolute);
        var start = _bench.Time.Monotonic;
        Assert.Equal(1ul, Read(timer));
        Assert.Equal(5 * Second, _bench.Time.Monotonic - start);
        Set(timer, 1, 0, Absolute);
        Assert.Equal(1ul, Read(timer));
        Assert.Equal((0, 0), Get(timer));
    }

    [Fact]
    public void Disarming_and_setting_anew_forget_what_has_expired()
    {
        var timer = Make(Monotonic, OpenFlags.NonBlocking);
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Read, timer, At, 8));
        Set(timer, Second, Second);
        _bench.Time.Monotonic += 10 * Second;
        Set(timer, 0, Second);
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Read, timer, At, 8));
        Assert.Equal((0, Second), Get(timer));
    }

    [Fact]
    public void Poll_waits_for_a_timer_as_long_as_it_takes()
    {
        var timer = Make(Monotonic);
        Set(timer, 3 * Second, 0);
        _bench.Words(At, timer | (1ul << 32));
        var start = _bench.Time.Monotonic;
        Assert.Equal(0, _bench.Call(Calls.Poll, At, 1, 1000));
        Assert.Equal(1, _bench.Call(Calls.Poll, At, 1, ulong.MaxValue));
        Assert.Equal(3 * Second, _bench.Time.Monotonic - start);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        var timer = Make(Monotonic);
        Assert.Equal(-Errno.Invalid, _bench.Call(Create, 2, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Create, Monotonic, 1));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Read, timer, At, 7));
        Assert.Equal(-Errno.Invalid, _bench.Call(Settime, timer, 4, _bench.Words(Times, 0, 0, 0, 0), 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Settime, timer, 0, _bench.Words(Times, 0, 1_000_000_000, 0, 0), 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Settime, timer, 0, FakeGuest.End, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Gettime, 0, At));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Gettime, 99, At));
    }

    private ulong Make(ulong clock, ulong flags = 0) => (ulong)_bench.Call(Create, clock, flags);

    private void Set(ulong timer, long value, long every, ulong flags = 0)
    {
        _bench.Words(Times, (ulong)(every / Second), (ulong)(every % Second), (ulong)(value / Second), (ulong)(value % Second));
        Assert.Equal(0, _bench.Call(Settime, timer, flags, Times, 0));
    }

    private (long Left, long Every) Get(ulong timer)
    {
        Assert.Equal(0, _bench.Call(Gettime, timer, Times));
        return (((long)_bench.Word(Times + 16) * Second) + (long)_bench.Word(Times + 24),
            ((long)_bench.Word(Times) * Second) + (long)_bench.Word(Times + 8));
    }

    private ulong Read(ulong timer)
    {
        Assert.Equal(8, _bench.Call(Calls.Read, timer, At, 8));
        return _bench.Word(At);
    }
}
