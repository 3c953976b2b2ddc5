using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>Full, empty, ended, cancelled, started over.</summary>
public sealed class RingLifeTests : IDisposable
{
    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void A_full_ring_refuses_the_write_and_keeps_what_it_holds(RingKind kind)
    {
        var path = _rings.Create(new RingOptions(kind, 8, CapacityBytes: 4096));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        using var consumer = RingConsumer.Open(path, RingWait.Spin);
        long sent = 0;
        while (producer.TrySend(sent))
        {
            sent++;
        }

        Assert.Equal(RingStatus.Full, producer.Status);
        Assert.Equal(kind == RingKind.Slots ? 256 : 255, sent); // A record ring keeps a word free behind the last record.
        for (long n = 0; n < sent; n++)
        {
            Assert.True(consumer.TryReceive(out long value));
            Assert.Equal(n, value);
        }

        Assert.False(consumer.TryReceive(out long _));
        Assert.Equal(RingStatus.Empty, consumer.Status);
        Assert.True(producer.TrySend(sent));
    }

    [Fact]
    public void Messages_before_the_end_are_read_before_the_end()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        using var consumer = RingConsumer.Open(path, RingWait.Spin);
        Assert.False(consumer.TryPeek(out _));
        Assert.True(producer.TrySend(7L));
        producer.Close(RingState.Ended);
        Assert.True(consumer.TryReceive(out long value));
        Assert.Equal(7, value);
        Assert.Equal(RingStatus.Ended, consumer.Peek(out _));
        Assert.True(consumer.Ended);
        Assert.False(consumer.Failed);
    }

    [Theory]
    [InlineData(RingState.Ended, RingStatus.Ended)]
    [InlineData(RingState.Failed, RingStatus.PeerFailed)]
    public void A_reader_that_goes_away_ends_a_writer_that_waits(RingState state, RingStatus expected)
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8, CapacityBytes: 0, Flags: RingFlags.ProducerParks));
        using var producer = RingProducer.Open(path, RingWait.Park);
        using var consumer = RingConsumer.Open(path, RingWait.Spin);
        var writer = new Background<RingStatus>(() =>
        {
            while (true)
            {
                if (producer.Send(new byte[8]) is not RingStatus.Ok and var status)
                {
                    return status;
                }
            }
        });
        consumer.Close(state);
        Assert.Equal(expected, writer.Result("the writer still waits"));
    }

    [Fact]
    public void What_is_staged_is_seen_only_when_it_is_flushed()
    {
        foreach (var kind in (RingKind[])[RingKind.Slots, RingKind.Records])
        {
            var path = _rings.Create(new RingOptions(kind, 8));
            using var producer = RingProducer.Open(path, RingWait.Spin);
            using var consumer = RingConsumer.Open(path, RingWait.Spin);
            for (var i = 0; i < 5; i++)
            {
                Assert.True(producer.TryClaim(8, out var payload));
                payload.Fill((byte)i);
                producer.Stage(8);
            }

            Assert.False(consumer.TryPeek(out _));
            producer.Flush();
            for (var i = 0; i < 5; i++)
            {
                Assert.True(consumer.TryPeek(out var seen));
                Assert.Equal((byte)i, seen[0]);
                consumer.Release();
            }
        }
    }

    [Theory]
    [InlineData(RingKind.Slots, 0)]
    [InlineData(RingKind.Records, 0)]
    [InlineData(RingKind.Slots, 3)]
    [InlineData(RingKind.Records, 3)]
    public void A_side_that_starts_over_goes_on_where_it_was(RingKind kind, int staged)
    {
        var path = _rings.Create(new RingOptions(kind, 8, CapacityBytes: 4096));
        long sent = 0;
        long received = 0;
        for (var life = 0; life < 40; life++)
        {
            using (var producer = RingProducer.Open(path, RingWait.Spin))
            {
                for (var i = 0; i < 50; i++)
                {
                    Assert.True(producer.TrySend(sent++));
                }

                for (var i = 0; i < staged; i++)
                {
                    Assert.True(producer.TryClaim(8, out _));
                    producer.Stage(8); // Lost when it dies here.
                }
            }

            using var consumer = RingConsumer.Open(path, RingWait.Spin);
            while (consumer.TryPeek(out var payload))
            {
                Assert.Equal(received++, BitConverter.ToInt64(payload));
                consumer.Release();
            }

            Assert.Equal(RingStatus.Empty, consumer.Status);
            Assert.Equal(sent, received);
        }
    }

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void A_writer_that_looked_for_room_while_it_held_messages_back_finds_its_place_again(RingKind kind)
    {
        var path = _rings.Create(new RingOptions(kind, 8, CapacityBytes: 4096));
        using var consumer = RingConsumer.Open(path, RingWait.Spin);
        long sent = 0;
        using (var producer = RingProducer.Open(path, RingWait.Spin))
        {
            for (var half = 0; half < 4; half++)
            {
                for (var i = 0; i < 200 && producer.TryClaim(8, out var payload); i++)
                {
                    BitConverter.TryWriteBytes(payload, sent++);
                    producer.Stage(8);
                }

                producer.Flush();
                for (var i = 0; i < 150 && consumer.TryPeek(out _); i++)
                {
                    consumer.Release();
                }
            }
        }

        using var again = RingProducer.Open(path, RingWait.Spin);
        Assert.True(again.TrySend(sent++));
        long last = -1;
        while (consumer.TryReceive(out long value))
        {
            last = value;
        }

        Assert.Equal((sent - 1, RingStatus.Empty), (last, consumer.Status));
    }

    [Fact]
    public void The_message_in_hand_is_delivered_again()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        producer.TrySendMany<long>([1, 2, 3]);
        using (var first = RingConsumer.Open(path, RingWait.Spin))
        {
            Assert.True(first.TryReceive(out long one));
            Assert.Equal(1, one);
            Assert.True(first.TryPeek(out _)); // Dies with 2 in hand.
        }

        using var second = RingConsumer.Open(path, RingWait.Spin);
        Assert.True(second.TryReceive(out long again));
        Assert.Equal(2, again);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void A_kick_ends_a_wait(uint spinIterations)
    {
        using var kick = new KickWord();
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8, Flags: RingFlags.ConsumerParks));
        using var consumer = RingConsumer.Open(path, new RingWait(spinIterations), kick);
        var reader = new Background<RingStatus>(() => consumer.Peek(out _));
        Assert.False(reader.Ends(20));
        kick.Kick();
        Assert.Equal(RingStatus.Cancelled, reader.Result("it still waits"));
        kick.Acknowledge();
        Assert.False(kick.Kicked);
    }

    [Fact]
    public void The_door_sees_the_bell_and_closes_for_a_guest_that_is_gone()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8, Flags: RingFlags.ConsumerParks));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        using var door = RingDoor.Open(path, PortDirection.In);
        var seen = door.PeerBell;
        Assert.True(producer.TrySend(1L));
        Assert.Equal(seen, door.PeerBell); // Nobody sleeps, so nobody rings.
        door.SetParked(ParkedMark.Parked);
        Assert.True(producer.TrySend(2L));
        Assert.True(producer.TrySend(3L));
        Assert.Equal(seen + 1, door.PeerBell); // Once for one sleep.
        Assert.Equal(RingStatus.Ok, door.WaitForBell(seen));
        door.CloseOwnSide(RingState.Failed);
        Assert.Equal(RingState.Failed, producer.PeerState);
    }

    [Fact]
    public void Sending_and_receiving_allocate_nothing()
    {
        foreach (var kind in (RingKind[])[RingKind.Slots, RingKind.Records])
        {
            var path = _rings.Create(new RingOptions(kind, 64, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
            using var producer = RingProducer.Open(path, RingWait.SpinThenPark);
            using var consumer = RingConsumer.Open(path, RingWait.SpinThenPark);
            var message = new byte[64];
            var many = new long[16];
            void Round()
            {
                for (var i = 0; i < 1000; i++)
                {
                    producer.Send(message);
                    consumer.Peek(out _);
                    consumer.Release();
                    producer.TrySendMany<long>(many);
                    consumer.TryReceiveMany<long>(many);
                    producer.TrySend(5L);
                    consumer.TryReceive(out long _);
                    consumer.TryPeek(out _);
                }
            }

            Round();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Round();
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void Both_sides_on_one_processor_come_to_the_end()
    {
        var path = _rings.Create(new RingOptions(
            RingKind.Slots, 8, CapacityBytes: 64, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
        var processor = Affinity.Get()[0];
        var traffic = new TestTraffic(8, 20_000, 1, 1);
        Background<bool> Side(Action<string, RingWait> run) => new(() =>
        {
            Affinity.Set(processor);
            run(path, RingWait.Park);
            return true;
        });
        var (sender, receiver) = (Side(traffic.Send), Side(traffic.Receive));
        Assert.True(sender.Result("a wake was lost") && receiver.Result("a wake was lost"));
        using var watch = RingWatch.Open(path);
        Assert.True(watch.Consumer.Parks + watch.Producer.Parks > 0, "nobody ever parked, so nothing was tried");
    }
}
