using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Linux;

/// <summary>futex for a program with one thread.</summary>
public sealed class FutexTests : IDisposable
{
    private const ulong At = Bench.At;
    private const ulong Wait = 0, Wake = 1, WaitBits = 9, Private = 128;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_wait_that_nobody_can_end_ends_the_guest_with_a_reason()
    {
        var end = Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Futex, At, Wait | Private, 0, 0).End);
        Assert.Equal(Signal.Abort, end.Signal);
        Assert.StartsWith("deadlock: it waits on the futex at 0x40000000", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_that_an_alarm_can_end_waits_for_it()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Call(Calls.Alarm, 1);
        _bench.Time.WhenEndless = _bench.FireAlarm;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Futex, At, Wait, 0, 0).Outcome);
    }

    [Fact]
    public void A_wait_on_another_value_a_crooked_address_or_no_memory_does_not_wait()
    {
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Futex, At, Wait, 1, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Futex, At + 2, Wait, 0, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Futex, FakeGuest.End, Wait, 0, 0));
        Assert.Equal(0, _bench.Call(Calls.Futex, At, Wake, 1));
        Assert.Equal(-Errno.NoSystemCall, _bench.Call(Calls.Futex, At, 6));
    }

    [Theory]
    [InlineData(Wait, 2ul, 1002)]
    [InlineData(WaitBits, 1002ul, 1002)]
    [InlineData(WaitBits | 256, 1_700_001_002ul, 1002)]
    [InlineData(WaitBits, 1ul, 1000)]
    public void A_wait_with_a_time_is_over_then(ulong operation, ulong seconds, long until)
    {
        _bench.Words(At + 64, seconds, 0);
        Assert.Equal(-Errno.TimedOut, _bench.Call(Calls.Futex, At, operation, 0, At + 64, 0, uint.MaxValue));
        Assert.Equal(until * FakeTime.Second, _bench.Time.Monotonic);
    }
}
