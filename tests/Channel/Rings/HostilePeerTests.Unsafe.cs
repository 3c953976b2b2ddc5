using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>Whatever the other side writes, this side neither crashes nor hangs, and gives nothing that lies outside the ring.</summary>
public sealed unsafe class HostilePeerTests : IDisposable
{
    private readonly RingFolder _rings = new();
    private readonly int _seed = Environment.TickCount;

    public void Dispose() => _rings.Dispose();

    [Fact]
    public void A_damaged_header_page_is_refused_or_harmless()
    {
        var random = new Random(_seed);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var kind = (RingKind)random.Next(1, 3);
            var path = _rings.Create(new RingOptions(kind, (uint)random.Next(1, 100), CapacityBytes: 4096));
            Damage(path, random, 0, sizeof(RingHeader), random.Next(1, 5));
            var outcome = Record.Exception(() =>
            {
                using var producer = RingProducer.Open(path, RingWait.Spin);
                using var consumer = RingConsumer.Open(path, RingWait.Spin);
                Use(producer, consumer);
            });
            Assert.True(outcome is null or RingFormatException, $"seed {_seed}, round {round}: {outcome}");
            refused += outcome is null ? 0 : 1;
            File.Delete(path);
        }

        Assert.True(refused > 100, $"{refused} of 400 damaged headers were refused");
    }

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void Damaged_sides_and_data_end_the_link_at_worst(RingKind kind)
    {
        var random = new Random(_seed);
        var corrupt = 0;
        for (var round = 0; round < 300; round++)
        {
            var path = _rings.Create(new RingOptions(kind, 40, CapacityBytes: 4096));
            using var producer = RingProducer.Open(path, RingWait.Spin);
            using var consumer = RingConsumer.Open(path, RingWait.Spin);
            for (var i = random.Next(200); i > 0; i--)
            {
                Use(producer, consumer);
            }

            for (var i = random.Next(60); i > 0 && producer.TryClaim(40, out _); i--)
            {
                producer.Commit(40); // Something to damage on its way.
            }

            Damage(path, random, RingLayout.ProducerOffset, 512, random.Next(3));
            Damage(path, random, RingLayout.ConsumerOffset, 512, random.Next(3));
            Damage(path, random, RingLayout.DataOffset, 4096, random.Next(200));
            for (var i = 0; i < 300; i++)
            {
                Use(producer, consumer);
            }

            corrupt += producer.Status == RingStatus.Corrupt || consumer.Status == RingStatus.Corrupt ? 1 : 0;
            File.Delete(path);
        }

        Assert.True(corrupt > 50, $"seed {_seed}: {corrupt} of 300 rings were found corrupt");
    }

    [Theory]
    [InlineData(RingKind.Slots)]
    [InlineData(RingKind.Records)]
    public void A_peer_that_lies_while_one_reads_costs_only_its_link(RingKind kind)
    {
        using var stop = new CancellationTokenSource();
        var path = _rings.Create(new RingOptions(kind, 40, CapacityBytes: 4096));
        var liar = new Background<bool>(() =>
        {
            // SAFETY: writes anywhere into the pages of a mapping that lives until the loop has ended.
            using var file = SharedMemoryFile.Open(path, FileRights.ReadWrite);
            using var data = Mapping.Map(file, RingLayout.ProducerOffset, RingLayout.DataOffset, MappingRights.ReadWrite);
            var words = (ulong*)(data.Pointer + RingLayout.DataOffset - RingLayout.ProducerOffset);
            var random = new Random(_seed);
            while (!stop.IsCancellationRequested)
            {
                var at = random.Next(512);
                words[at] = random.Next(4) switch
                {
                    0 => (ulong)random.NextInt64(),
                    1 => ((ulong)at << 32) | 0x8000_0000 | (uint)random.Next(100),
                    2 => (ulong)random.Next(2000),
                    _ => 0,
                };
            }

            return true;
        });
        for (var life = 0; life < 300; life++)
        {
            using var consumer = RingConsumer.Open(path, RingWait.Spin);
            for (var i = 0; i < 1000 && consumer.TryPeek(out var payload); i++)
            {
                Assert.True(payload.Length <= 40, $"seed {_seed}: {payload.Length} bytes");
                _ = payload.ToArray();
                consumer.Release();
            }
        }

        stop.Cancel();
        Assert.True(liar.Result("the liar never stopped"));
    }

    [Fact]
    public void A_reader_that_claims_to_be_ahead_is_found_out()
    {
        foreach (var position in (ulong[])[1, 300, ulong.MaxValue, 1UL << 63])
        {
            var path = _rings.Create(new RingOptions(RingKind.Slots, 8, CapacityBytes: 4096));
            using (var file = SharedMemoryFile.Open(path, FileRights.ReadWrite))
            {
                RandomAccess.Write(file.Handle, BitConverter.GetBytes(position), RingLayout.ConsumerOffset);
            }

            using var producer = RingProducer.Open(path, RingWait.Spin);
            Assert.False(producer.TrySend(1L));
            Assert.Equal(RingStatus.Corrupt, producer.Status);
            Assert.Equal(RingStatus.Corrupt, producer.Send(new byte[8]));
        }
    }

    private static void Use(RingProducer producer, RingConsumer consumer)
    {
        if (producer.TryClaim(Math.Min(producer.PayloadBytes, 40), out var room))
        {
            room.Fill(0xa5);
            producer.Commit(room.Length);
        }

        if (consumer.TryPeek(out var payload))
        {
            Assert.True(payload.Length <= consumer.PayloadBytes);
            _ = payload.ToArray();
            consumer.Release();
        }
    }

    private static void Damage(string path, Random random, long offset, int bytes, int times)
    {
        using var file = SharedMemoryFile.Open(path, FileRights.ReadWrite);
        Span<byte> word = stackalloc byte[8];
        for (; times > 0; times--)
        {
            var value = random.Next(3) switch { 0 => (ulong)random.NextInt64(), 1 => (ulong)random.Next(256), _ => ulong.MaxValue };
            MemoryMarshal.Write(word, value);
            var length = 1 << random.Next(4);
            RandomAccess.Write(file.Handle, word[..length], offset + (random.Next(bytes / length) * length));
        }
    }
}
