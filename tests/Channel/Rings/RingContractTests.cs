using System.Globalization;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>Every pair of implementations keeps the same promises, in two processes where one side is C.</summary>
public sealed class RingContractTests : IDisposable
{
    private readonly RingFolder _rings = new();

    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (var pair in (string[])["cs→cs", "cs→c", "c→cs", "c→c"])
        {
            foreach (var size in (int[])[8, 24, 56, 64, 1000, 0])
            {
                cases.Add(pair, size, 4096, 1);
                cases.Add(pair, size, 65536, 32);
                cases.Add(pair, size, 65536, 33); // Odd: the sender in C copies from an array.
            }
        }

        foreach (var pair in (string[])["typed→typed", "typed→c", "c→typed", "typed→cs", "cs→typed"])
        {
            foreach (var size in (int[])[1, 8, 12, 24, 56, 64, 1000])
            {
                cases.Add(pair, size, 4096, 1);
                cases.Add(pair, size, 65536, 32);
                cases.Add(pair, size, 65536, 33);
            }
        }

        return cases;
    }

    public void Dispose() => _rings.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Messages_arrive_whole_in_order_and_then_the_end(string pair, int size, int capacity, int batch) =>
        Exchange(pair, size, capacity, batch, RingFlags.ConsumerParks | RingFlags.ProducerParks, new RingWait(50), 20_000);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reader_that_touches_what_it_has_read_spoils_nothing(string pair, int size, int capacity, int batch) =>
        Exchange(pair, size, capacity, batch,
            RingFlags.ConsumerParks | RingFlags.ProducerParks | RingFlags.ConsumerTouches, new RingWait(50), 20_000);

    [Theory]
    [InlineData("cs", 8)]
    [InlineData("cs", 1000)]
    [InlineData("cs", 0)]
    [InlineData("typed", 1)]
    [InlineData("typed", 8)]
    [InlineData("typed", 24)]
    [InlineData("typed", 56)]
    [InlineData("typed", 64)]
    [InlineData("typed", 1000)]
    [InlineData("c", 8)]
    [InlineData("c", 24)]
    [InlineData("c", 56)]
    [InlineData("c", 64)]
    [InlineData("c", 1000)]
    [InlineData("c", 0)]
    public void Touching_leaves_every_byte_as_it_was(string reader, int size)
    {
        var kind = size == 0 ? RingKind.Records : RingKind.Slots;
        var path = _rings.Create(new RingOptions(kind, size == 0 ? 300u : (uint)size, 8, 65536, RingFlags.ConsumerTouches));
        var traffic = new TestTraffic(size, 50, 7, Seed: 7);
        Assert.True(Side("c", "out", path, traffic, RingWait.Spin, traffic.Send).Result("the sender never came to its end"));
        var before = File.ReadAllBytes(path)[RingLayout.DataOffset..];
        Assert.True(Side(reader, "in", path, traffic, RingWait.Spin, traffic.Receive).Result("the receiver never came to its end"));
        Assert.Equal(before, File.ReadAllBytes(path)[RingLayout.DataOffset..]);
    }

    [Theory]
    [InlineData("cs→c")]
    [InlineData("c→cs")]
    [InlineData("c→c")]
    [InlineData("typed→typed")]
    public void Without_parking_nobody_sleeps(string pair) =>
        Exchange(pair, 8, 4096, 16, RingFlags.None, RingWait.Spin, 20_000);

    [Theory]
    [InlineData("cs→cs")]
    [InlineData("cs→c")]
    [InlineData("c→cs")]
    [InlineData("c→c")]
    [InlineData("typed→typed")]
    [InlineData("typed→c")]
    [InlineData("c→typed")]
    public void Sides_that_park_at_once_always_wake_each_other(string pair) =>
        Exchange(pair, 8, 0, 1, RingFlags.ConsumerParks | RingFlags.ProducerParks, RingWait.Park, 10_000);

    private void Exchange(string pair, int size, int capacity, int batch, RingFlags flags, RingWait wait, long count)
    {
        var kind = size == 0 ? RingKind.Records : RingKind.Slots;
        var path = _rings.Create(new RingOptions(kind, size == 0 ? 300u : (uint)size, 8, capacity, flags));
        var traffic = new TestTraffic(size, count, batch, Seed: 7);
        var sides = pair.Split('→');
        var sender = Side(sides[0], "out", path, traffic, wait, traffic.Send);
        var receiver = Side(sides[1], "in", path, traffic, wait, traffic.Receive);
        Assert.True(sender.Result("the sender never came to its end") && receiver.Result("the receiver never came to its end"));
        using var watch = RingWatch.Open(path);
        Assert.Equal((ulong)count, watch.Producer.Messages);
        Assert.Equal((ulong)count, watch.Consumer.Messages);
        Assert.Equal(watch.Producer.Bytes, watch.Consumer.Bytes);
        Assert.Equal(watch.Producer.Position, watch.Consumer.Position);
    }

    private static Background<bool> Side(
        string language, string side, string path, TestTraffic traffic, RingWait wait, Action<string, RingWait> run) => new(() =>
    {
        if (language == "cs")
        {
            run(path, wait);
            return true;
        }

        if (language == "typed")
        {
            return TestMessages.With<TypedSide, bool>(traffic.Size, new TypedSide(side, path, traffic, wait));
        }

        string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
        var (status, output) = Native.Run(Native.Peer, side, path, Text(traffic.Size), Text(traffic.Count), Text(traffic.Batch),
            Text(wait.SpinIterations), Text(traffic.Seed));
        Assert.True(status == 0, $"peer {side}: {status}: {output}");
        return true;
    });

    private sealed record TypedSide(string Side, string Path, TestTraffic Traffic, RingWait Wait) : ITypeVisitor<bool>
    {
        public bool Visit<T>()
            where T : unmanaged
        {
            if (Side == "out")
            {
                TypedTraffic.Send<T>(Traffic, Path, Wait);
            }
            else
            {
                TypedTraffic.Receive<T>(Traffic, Path, Wait);
            }

            return true;
        }
    }
}
