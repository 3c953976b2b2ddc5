using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Clocks, sleeps and alarms, by a clock of the test's own.</summary>
public sealed class TimeTests : IDisposable
{
    private const ulong At = Bench.At;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Clocks_say_what_the_injected_ones_say()
    {
        Assert.Equal(0, _bench.Call(Calls.ClockGettime, 1, At));
        Assert.Equal((1000ul, 0ul), (_bench.Word(At), _bench.Word(At + 8)));
        _bench.Time.Monotonic += 1_234_567_891;
        Assert.Equal(0, _bench.Call(Calls.Gettimeofday, At, At + 16));
        Assert.Equal((1_700_001_001ul, 234_567ul), (_bench.Word(At), _bench.Word(At + 8)));
        Assert.Equal(1_700_001_001, _bench.Call(Calls.Time, At));
        Assert.Equal(1_700_001_001ul, _bench.Word(At));
    }

    [Theory]
    [InlineData(12ul)]
    [InlineData(ulong.MaxValue)]
    public void A_clock_that_is_none_is_refused(ulong clock)
    {
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.ClockGettime, clock, At));
        _bench.Words(At, 1, 0);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.ClockNanosleep, clock, 0, At, 0));
    }

    [Fact]
    public void A_sleep_takes_its_time_and_an_absolute_one_what_is_left()
    {
        _bench.Words(At, 3, 7);
        Assert.Equal(0, _bench.Call(Calls.Nanosleep, At, 0));
        Assert.Equal((1003 * FakeTime.Second) + 7, _bench.Time.Monotonic);
        _bench.Words(At, 1005, 0);
        Assert.Equal(0, _bench.Call(Calls.ClockNanosleep, 1, 1, At, 0));
        Assert.Equal(1005 * FakeTime.Second, _bench.Time.Monotonic);
        _bench.Words(At, 1, 0);
        Assert.Equal(0, _bench.Call(Calls.ClockNanosleep, 0, 1, At, 0));
        Assert.Equal(1005 * FakeTime.Second, _bench.Time.Monotonic);
    }

    [Theory]
    [InlineData(ulong.MaxValue, 0ul)]
    [InlineData(0ul, 1_000_000_000ul)]
    [InlineData(0ul, ulong.MaxValue)]
    public void A_time_that_is_none_is_refused(ulong seconds, ulong nanoseconds)
    {
        _bench.Words(At, seconds, nanoseconds);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Nanosleep, At, 0));
    }

    [Fact]
    public void The_longest_of_sleeps_is_without_end_and_ends_with_a_signal()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Words(At, long.MaxValue, 999_999_999);
        _bench.Time.WhenEndless = _bench.FireAlarm;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Nanosleep, At, 0).Outcome);
    }

    [Fact]
    public void A_sleep_that_a_signal_interrupts_says_how_much_was_left()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Time.WhenAsleep = () =>
        {
            _bench.Time.Monotonic += FakeTime.Second;
            _bench.FireAlarm();
        };
        _bench.Words(At, 10, 0);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Nanosleep, At, At + 16).Outcome);
        Assert.Equal((9ul, 0ul), (_bench.Word(At + 16), _bench.Word(At + 24)));
        _bench.Return();
        Assert.Equal(unchecked((ulong)-Errno.Interrupted), _bench.Guest.Registers.Rax);
    }

    [Fact]
    public void A_kick_for_nothing_does_not_shorten_a_sleep()
    {
        _bench.Words(At, 10, 0);
        _bench.Time.WhenAsleep = () =>
        {
            if (_bench.Time.Sleeps < 5)
            {
                _bench.Kick.Kick();
            }
        };
        Assert.Equal(0, _bench.Call(Calls.Nanosleep, At, 0));
        Assert.Equal(1010 * FakeTime.Second, _bench.Time.Monotonic);
    }

    [Fact]
    public void An_alarm_is_handed_to_the_watcher_and_replaces_the_one_before()
    {
        Assert.Equal(0, _bench.Call(Calls.Alarm, 5));
        _bench.Time.Monotonic += 2 * FakeTime.Second;
        Assert.Equal(3, _bench.Call(Calls.Alarm, 9));
        Assert.Equal(9, _bench.Call(Calls.Alarm, 0));
        Assert.Equal([1005 * FakeTime.Second, 1011 * FakeTime.Second, 0], _bench.Alarms);
    }

    [Fact]
    public void An_interval_timer_is_set_again_each_time_it_goes_off()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Words(At, 0, 500_000, 2, 0);
        Assert.Equal(0, _bench.Call(Calls.Setitimer, 0, At, 0));
        _bench.Time.Monotonic += 2 * FakeTime.Second;
        _bench.Personality.AlarmFired();
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Getitimer, 0, At).Outcome);
        Assert.Equal([1002 * FakeTime.Second, (1002 * FakeTime.Second) + 500_000_000], _bench.Alarms);
    }

    [Fact]
    public void A_timer_that_is_none_or_has_no_such_time_is_refused()
    {
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Setitimer, 1, At, 0));
        _bench.Words(At, 0, 1_000_000, 1, 0);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Setitimer, 0, At, 0));
        _bench.Words(At, 0, 0, 1, 0x2000_0000_0000_0000);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Setitimer, 0, At, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Setitimer, 0, FakeGuest.End, 0));
    }

    [Fact]
    public void CPU_time_is_counted_in_ticks_and_in_microseconds()
    {
        Assert.Equal(100_000, _bench.Call(Calls.Times, At));
        Assert.Equal((100_000ul, 0ul), (_bench.Word(At), _bench.Word(At + 8)));
        Assert.Equal(0, _bench.Call(Calls.Getrusage, 0, At));
        Assert.Equal((1000ul, 0ul, 0ul), (_bench.Word(At), _bench.Word(At + 8), _bench.Word(At + 32)));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getrusage, 5, At));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Getrusage, 0, FakeGuest.End));
    }
}
