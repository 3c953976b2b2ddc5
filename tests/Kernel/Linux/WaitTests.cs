using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Calls that wait for what comes from outside the guest, with one thread.</summary>
public sealed class WaitTests : IDisposable
{
    private const ulong At = Bench.At;
    private const int RingBytes = 4 * Bench.PayloadBytes;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_read_sleeps_once_until_something_arrives()
    {
        _bench.Time.WhenAsleep = () => _bench.Feed("late");
        Assert.Equal(4, _bench.Call(Calls.Read, 0, At, 10));
        Assert.Equal((1, 1ul), (_bench.Time.Sleeps, _bench.Personality.Parks));
    }

    [Fact]
    public void A_read_sleeps_until_the_other_end_is_gone()
    {
        _bench.Time.WhenAsleep = () => _bench.Input.Close(RingState.Ended);
        Assert.Equal(0, _bench.Call(Calls.Read, 0, At, 10));
        Assert.Equal(1, _bench.Time.Sleeps);
    }

    [Fact]
    public void A_write_larger_than_the_ring_goes_on_where_it_was_and_repeats_nothing()
    {
        var text = Enumerable.Range(0, 3 * RingBytes).Select(i => (byte)(i * 31 >> 3)).ToArray();
        var seen = new List<byte>();
        void Drain()
        {
            while (_bench.Output.TryPeek(out var record))
            {
                seen.AddRange(record);
                _bench.Output.Release();
            }
        }

        _bench.Put(text);
        _bench.Time.WhenAsleep = Drain;
        Assert.Equal(text.Length, _bench.Call(Calls.Write, 1, At, (ulong)text.Length));
        Drain();
        Assert.Equal(text, seen);

        seen.Clear();
        _bench.Words(FakeGuest.End - 4096, At, 5000, At + 5000, (ulong)text.Length - 5000);
        Assert.Equal(text.Length, _bench.Call(Calls.Writev, 1, FakeGuest.End - 4096, 2));
        Drain();
        Assert.Equal(text, seen);
        Assert.Equal(2ul, _bench.Personality.Parks);
    }

    [Fact]
    public void A_write_that_a_signal_interrupts_says_how_much_went_out()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Time.WhenEndless = _bench.FireAlarm;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Write, 1, At, 10 * RingBytes).Outcome);
        _bench.Return();
        Assert.Equal((ulong)Bench.Drain(_bench.Output).Sum(record => record.Length), _bench.Guest.Registers.Rax);
    }

    [Fact]
    public void A_park_ends_when_the_peer_rings_or_is_gone_and_at_once_where_it_has_rung()
    {
        using var peer = RingProducer.Open(_bench.DoorPath, RingWait.Park);
        using var door = RingDoor.Open(_bench.DoorPath, PortDirection.In);
        var bell = door.PeerBell;
        door.SetParked(ParkedMark.Parked);
        _bench.Time.WhenAsleep = () =>
        {
            Assert.Equal(RingStatus.Ok, peer.Claim(1, out _));
            peer.Commit(1);
        };
        Assert.Equal(0, _bench.Call((long)MukCall.Park, 0, bell));
        Assert.Equal(1, _bench.Time.Sleeps);
        Assert.Equal(0, _bench.Call((long)MukCall.Park, 0, bell));
        Assert.Equal(1, _bench.Time.Sleeps);
        _bench.Time.WhenAsleep = () => peer.Close(RingState.Ended);
        Assert.Equal(0, _bench.Call((long)MukCall.Park, 0, door.PeerBell));
        Assert.Equal(2, _bench.Time.Sleeps);
        Assert.Equal(-Errno.Invalid, _bench.Call((long)MukCall.Park, 1, 0));
    }

    [Fact]
    public void A_message_that_nobody_reads_does_not_keep_a_poll_for_something_else_awake()
    {
        _bench.Feed("unread");
        _bench.Words(At, 0); // Descriptor 0, no events wanted.
        Assert.Equal(0, _bench.Call(Calls.Poll, At, 1, 50));
        Assert.InRange(_bench.Time.Sleeps, 1, 2);
    }
}
