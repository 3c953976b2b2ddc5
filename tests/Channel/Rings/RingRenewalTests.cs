using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>Rings used again, and messages that wake nobody.</summary>
public sealed class RingRenewalTests : IDisposable
{
    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void A_renewed_ring_is_byte_for_byte_a_new_one_and_the_same_file(RingKind kind)
    {
        var options = new RingOptions(kind, 8, CapacityBytes: 128 * 1024, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks);
        var path = _rings.Create(options);
        var file = FileIdentity.Of(path);
        using (var producer = RingProducer.Open(path, RingWait.Spin))
        using (var consumer = RingConsumer.Open(path, RingWait.Spin))
        {
            for (long n = 0; producer.TrySend(n); n++)
            {
                Assert.True(n < 1000 || consumer.TryReceive(out long _));
                if (n == 100_000)
                {
                    break;
                }
            }

            producer.Close(RingState.Failed);
            consumer.Close(RingState.Ended);
        }

        RingRenewal.Renew(path);
        Assert.Equal(File.ReadAllBytes(_rings.Create(options)), File.ReadAllBytes(path));
        Assert.Equal(file, FileIdentity.Of(path));
    }

    [Fact]
    public void Another_file_has_another_identity()
    {
        var options = new RingOptions(RingKind.Slots, 8);
        Assert.NotEqual(FileIdentity.Of(_rings.Create(options)), FileIdentity.Of(_rings.Create(options)));
        Assert.Throws<HostException>(() => FileIdentity.Of("/no-such-file"));
    }

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void A_quiet_message_is_seen_by_a_reader_that_looks_in_its_place_among_the_others(RingKind kind)
    {
        var path = _rings.Create(new RingOptions(kind, 8, Flags: RingFlags.ConsumerParks));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        using var consumer = RingConsumer.Open(path, RingWait.Spin);
        for (long n = 0; n < 6; n += 2)
        {
            Assert.True(producer.TryClaim(8, out var room));
            BitConverter.TryWriteBytes(room, n);
            producer.CommitQuietly(8);
            Assert.True(producer.TrySend(n + 1));
        }

        for (long n = 0; n < 6; n++)
        {
            Assert.True(consumer.TryReceive(out long value));
            Assert.Equal(n, value);
        }
    }

    [Fact]
    public void A_reader_asleep_sees_a_quiet_message_once_it_is_woken()
    {
        var path = _rings.Create(new RingOptions(RingKind.Records, 8, Flags: RingFlags.ConsumerParks));
        using var producer = RingProducer.Open(path, RingWait.Spin);
        using var consumer = RingConsumer.Open(path, RingWait.Park);
        var reader = new Thread(() => Assert.Equal(RingStatus.Ok, consumer.Peek(out _)));
        reader.Start();
        Assert.True(producer.TryClaim(8, out _));
        producer.CommitQuietly(8);
        while (!reader.Join(1))
        {
            producer.WakeReader();
        }
    }
}
