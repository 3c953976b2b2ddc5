using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>What is special to ends of one type.</summary>
public sealed unsafe class TypedRingTests : IDisposable
{
    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Fact]
    public void Sending_and_receiving_typed_messages_allocates_nothing()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
        using var producer = RingProducer.Open<long>(path, RingWait.SpinThenPark);
        using var consumer = RingConsumer.Open<long>(path, RingWait.SpinThenPark);
        var many = new long[16];
        long sum = 0;
        var wrong = 0; // Asserting in the loop would allocate.
        void Round()
        {
            for (var i = 0; i < 1000; i++)
            {
                producer.Claim() = i;
                producer.Commit();
                sum += consumer.Peek();
                consumer.Release();
                wrong += producer.Send(i) == RingStatus.Ok && consumer.Receive(out var one) == RingStatus.Ok && one == i ? 0 : 1;
                var room = producer.ClaimMany(7);
                for (var n = 0; n < room.Count; n++)
                {
                    room[n] = n;
                }

                producer.Commit(room.Count);
                var messages = consumer.PeekMany(7);
                foreach (ref readonly var message in messages)
                {
                    sum += message;
                }

                consumer.Release(messages.Count);
                var sent = producer.TrySendMany(many);
                while (sent > 0)
                {
                    sent -= consumer.TryReceiveMany(many);
                }

                wrong += !consumer.TryReceive(out _) && Unsafe.IsNullRef(in consumer.TryPeek()) ? 0 : 1;
            }
        }

        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(wrong == 0 && sum > 0, $"{wrong} operations gave another result");
    }

    [Fact]
    public void A_ring_of_another_size_is_refused_with_both_sizes()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8));
        Assert.Contains("8 bytes", Assert.Throws<RingFormatException>(() => RingProducer.Open<int>(path, RingWait.Spin)).Message,
            StringComparison.Ordinal);
        Assert.Throws<RingFormatException>(() => RingConsumer.Open<Bytes56>(path, RingWait.Spin));
        var records = _rings.Create(new RingOptions(RingKind.Records, 8));
        Assert.Throws<RingFormatException>(() => RingConsumer.Open<long>(records, RingWait.Spin));
    }

    [Fact]
    public void Ends_that_nothing_is_linked_to_take_everything_and_give_nothing()
    {
        using var producer = RingProducer.Discard<Bytes1000>();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.False(Unsafe.IsNullRef(ref producer.Claim()));
            producer.Commit();
        }

        Assert.Equal(100, producer.SendMany(new Bytes1000[100]));
        producer.Close(RingState.Ended);
        using var consumer = RingConsumer.Nothing<Bytes1000>();
        Assert.True(Unsafe.IsNullRef(in consumer.Peek()));
        Assert.Equal(RingStatus.Ended, consumer.Status);
        Assert.Equal(0, consumer.ReceiveMany(new Bytes1000[1]));
    }

    [Fact]
    public void Ends_over_memory_that_somebody_else_has_mapped_park_and_ring_as_they_are_told()
    {
        var path = _rings.Create(new RingOptions(
            RingKind.Slots, 8, CapacityBytes: 64, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
        using var file = SharedMemoryFile.Open(path, FileRights.ReadWrite);
        using var ring = Mapping.Map(file, 0, file.Bytes, MappingRights.ReadWrite);
        RingProducer<long>? late = null;
        var parking = new Told(_ => late!.TrySend(42));
        using var consumer = RingConsumer.At<long>(ring.Address, RingWait.Park, parking);
        var bells = new Told(_ => { });
        using var producer = late = RingProducer.At<long>(ring.Address, RingWait.Park, bells);

        Assert.Equal(RingStatus.Ok, consumer.Receive(out var value));
        Assert.Equal((42, 1, 1), (value, parking.Sleeps, bells.Wakes));
        Assert.Throws<RingFormatException>(() => RingConsumer.At<long>(ring.Address + RingLayout.DataOffset, RingWait.Park, parking));
    }

    [Fact]
    public void A_wait_that_is_cancelled_says_so()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8));
        using var kick = new KickWord();
        using var consumer = RingConsumer.Open<long>(path, RingWait.Spin, kick);
        kick.Kick();
        Assert.Equal(RingStatus.Cancelled, consumer.Receive(out _));
    }

    [Fact]
    public void More_than_was_claimed_is_not_committed()
    {
        var path = _rings.Create(new RingOptions(RingKind.Slots, 8, CapacityBytes: 64));
        using var producer = RingProducer.Open<long>(path, RingWait.Spin);
        using var consumer = RingConsumer.Open<long>(path, RingWait.Spin);
        Assert.Throws<ArgumentOutOfRangeException>(() => producer.Commit(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => producer.ClaimMany(2)[2] = 1);
        Assert.False(consumer.TryReceive(out _));
    }

    /// <summary>Parks by calling what a test gives it.</summary>
    private sealed class Told(Action<uint> sleep) : RingParking
    {
        public int Sleeps { get; private set; }

        public int Wakes { get; private set; }

        public override void Sleep(uint bellSeen)
        {
            Sleeps++;
            sleep(bellSeen);
        }

        public override void Wake() => Wakes++;
    }
}
