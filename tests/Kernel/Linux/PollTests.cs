using Muk.Abi;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;

namespace Muk.Tests.Kernel.Linux;

/// <summary>poll and ppoll.</summary>
public sealed class PollTests : IDisposable
{
    private const ulong At = Bench.At;
    private const ushort In = 1, Out = 4, Error = 8, HangUp = 0x10, Invalid = 0x20;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_port_with_something_to_read_is_ready_and_an_empty_one_is_not()
    {
        Entries((0, In), (1, Out), (-1, In), (77, In));
        Assert.Equal(2, _bench.Call(Calls.Poll, At, 4, 0));
        Assert.Equal((0, Out, 0, Invalid), (Got(0), Got(1), Got(2), Got(3)));
        _bench.Feed("x");
        Assert.Equal(3, _bench.Call(Calls.Poll, At, 4, 0));
        Assert.Equal(In, Got(0));
    }

    [Fact]
    public void The_other_ends_going_shows_as_hang_up_and_error()
    {
        _bench.Input.Close(RingState.Ended);
        _bench.Output.Close(RingState.Ended);
        Entries((0, In), (1, Out));
        Assert.Equal(2, _bench.Call(Calls.Poll, At, 2, ulong.MaxValue));
        Assert.Equal((HangUp, Error), (Got(0), Got(1)));
    }

    [Fact]
    public void A_poll_with_a_time_ends_then_and_not_before()
    {
        Entries((0, In));
        var start = _bench.Time.Monotonic;
        Assert.Equal(0, _bench.Call(Calls.Poll, At, 1, 1500));
        Assert.Equal(1_500_000_000, _bench.Time.Monotonic - start);
        Assert.Equal(0, _bench.Call(Calls.Poll, 0, 0, 20));
        Assert.Equal(1_520_000_000, _bench.Time.Monotonic - start);
    }

    [Fact]
    public void A_poll_sees_what_arrives_while_it_waits()
    {
        Entries((0, In));
        _bench.Time.WhenAsleep = () =>
        {
            if (_bench.Time.Sleeps == 1)
            {
                _bench.Feed("late");
            }
        };
        Assert.Equal(1, _bench.Call(Calls.Poll, At, 1, ulong.MaxValue));
        Assert.Equal(In, Got(0));
    }

    [Fact]
    public void A_precise_poll_takes_its_time_from_memory_and_checks_it()
    {
        Entries((0, In));
        _bench.Words(At + 100, 0, 1_000_000_000);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Ppoll, At, 1, At + 100));
        _bench.Words(At + 100, 2, 5);
        var start = _bench.Time.Monotonic;
        Assert.Equal(0, _bench.Call(Calls.Ppoll, At, 1, At + 100));
        Assert.Equal(2_000_000_005, _bench.Time.Monotonic - start);
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Ppoll, At, 1, FakeGuest.End));
    }

    [Fact]
    public void A_precise_polls_mask_lets_a_blocked_signal_in_for_as_long_as_it_waits()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Block(SignalState.Bit(Signal.Alarm));
        _bench.FireAlarm();
        _bench.Words(At + 100, 0);
        Entries((0, In));
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Ppoll, At, 1, 0, At + 100, 8).Outcome);
        Assert.Equal(Bench.Handler, _bench.Guest.Registers.Rip);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal(unchecked((ulong)-Errno.Interrupted), _bench.Guest.Registers.Rax);
        Assert.Equal(SignalState.Bit(Signal.Alarm), _bench.Blocked());

        _bench.Feed("x");
        Assert.Equal(1, _bench.Call(Calls.Ppoll, At, 1, 0, At + 100, 8));
        Assert.Equal(SignalState.Bit(Signal.Alarm), _bench.Blocked());
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Ppoll, At, 1, 0, At + 100, 4));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Ppoll, At, 1, 0, FakeGuest.End, 8));
    }

    [Fact]
    public void More_entries_than_descriptors_or_none_in_memory_are_refused()
    {
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Poll, At, 1025, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Poll, At, ulong.MaxValue, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Poll, FakeGuest.End - 8, 2, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Poll, FakeGuest.ReadOnly, 1, 0));
    }

    private void Entries(params (int Descriptor, ushort Events)[] entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            _bench.Words(At + ((ulong)i * 8), (uint)entries[i].Descriptor | ((ulong)entries[i].Events << 32));
        }
    }

    private ushort Got(int index) => (ushort)(_bench.Word(At + ((ulong)index * 8)) >> 48);
}
