using FsCheck;
using FsCheck.Fluent;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>Whatever the two ends do, in whatever order, in a ring of whatever size: what comes out is what a queue would give.</summary>
public sealed class RingPropertyTests : IDisposable
{
    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Fact]
    public void Slots_do_what_a_queue_does_whatever_the_ends_are() =>
        Prop.ForAll(Cases([1, 8, 12, 24, 56, 64, 120, 1000]).ToArbitrary(), c =>
            TestMessages.With<Visitor, bool>(c.Size, new Visitor(_rings, c)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Records_do_what_a_queue_does() =>
        Prop.ForAll(Cases([1, 7, 8, 100, 1500]).ToArbitrary(), c => Play(c, RingKind.Records, new AnyEnds(c, Records: true)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static Gen<RingCase> Cases(int[] sizes) =>
        from size in Gen.Elements(sizes)
        from capacity in Gen.Choose(0, 20_000)
        from flags in Gen.Choose(0, 7)
        from ends in Gen.Choose(0, 3)
        from steps in Gen.Choose(0, 9).Two().ListOf()
        from repeats in Gen.Choose(1, 20)
        select new RingCase(size, capacity, (RingFlags)flags, ends, [.. steps.Select(s => (s.Item1, s.Item2 * s.Item2))], repeats);

    private bool Play(RingCase c, RingKind kind, IRingEnds ends) => Play(_rings, c, kind, ends);

    private static bool Play(RingFolder rings, RingCase c, RingKind kind, IRingEnds ends)
    {
        var path = rings.Create(new RingOptions(kind, (uint)c.Size, 8, c.CapacityBytes, c.Flags));
        ends.OpenProducer(path);
        ends.OpenConsumer(path);
        long sent = 0, received = 0;
        foreach (var (what, many) in Enumerable.Repeat(c.Steps, c.Repeats).SelectMany(s => s))
        {
            switch (what)
            {
                case <= 3:
                    sent += ends.Send(sent, what, many);
                    break;
                case <= 7:
                    var got = ends.Receive(received, what - 4, many);
                    Assert.True(got > 0 || many == 0 || received == sent, $"{sent} sent, {received} received, and no more");
                    received += got;
                    break;
                case 8:
                    ends.OpenProducer(path);
                    break;
                default:
                    ends.OpenConsumer(path);
                    break;
            }

            Assert.InRange(received, 0, sent);
        }

        while (received < sent)
        {
            received += ends.Receive(received, 0, 1);
        }

        Assert.Equal(0, ends.Receive(received, 0, 1));
        ends.Dispose();
        File.Delete(path);
        return true;
    }

    private sealed record Visitor(RingFolder Rings, RingCase Case) : ITypeVisitor<bool>
    {
        public bool Visit<T>()
            where T : unmanaged => Play(Rings, Case, RingKind.Slots, Case.Ends switch
            {
                0 => new AnyEnds(Case, Records: false),
                1 => new MixedEnds(new TypedEnds<T>(), new AnyEnds(Case, Records: false)),
                2 => new MixedEnds(new AnyEnds(Case, Records: false), new TypedEnds<T>()),
                _ => new TypedEnds<T>(),
            });
    }
}
