using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Memory;

public sealed class RegionsTests
{
    private const int Pages = 48;
    private const ulong Page = 4096;

    [Fact]
    public void Regions_agree_with_a_plain_map_of_pages() =>
        Prop.ForAll<int[]>(choices =>
        {
            var regions = new Regions();
            var model = new (PageRights Rights, RegionKind Kind)?[Pages];
            foreach (var choice in choices)
            {
                var random = new Random(choice);
                var first = random.Next(Pages);
                var end = random.Next(first + 1, Pages + 1);
                var rights = (PageRights)random.Next(4);
                var kind = (RegionKind)random.Next(3);
                switch (random.Next(3))
                {
                    case 0:
                        regions.Insert(new Region((ulong)first * Page, (ulong)end * Page, rights, kind));
                        Array.Fill(model, (rights, kind), first, end - first);
                        break;
                    case 1:
                        regions.Remove((ulong)first * Page, (ulong)end * Page);
                        Array.Fill(model, null, first, end - first);
                        break;
                    default:
                        regions.SetRights((ulong)first * Page, (ulong)end * Page, rights);
                        for (var i = first; i < end; i++)
                        {
                            model[i] = model[i] is { } old ? (rights, old.Kind) : null;
                        }

                        break;
                }

                Compare(regions, model, random);
            }
        }).QuickCheckThrowOnFailure();

    private static void Compare(Regions regions, (PageRights Rights, RegionKind Kind)?[] model, Random random)
    {
        for (var i = 0; i < Pages; i++)
        {
            var found = regions.TryFind(((ulong)i * Page) + (ulong)random.Next(4096), out var region);
            Assert.Equal(model[i].HasValue, found);
            if (model[i] is { } page)
            {
                Assert.Equal(page, (region.Rights, region.Kind));
            }
        }

        Assert.Equal((ulong)model.Count(p => p.HasValue) * Page, regions.Bytes);
        for (var i = 0; i + 1 < regions.Count; i++)
        {
            var (left, right) = (regions[i], regions[i + 1]);
            Assert.True(left.End <= right.Start);
            Assert.False(left.End == right.Start && left.Rights == right.Rights && left.Kind == right.Kind,
                "neighbours that should be one");
        }

        var from = random.Next(Pages);
        var to = random.Next(from + 1, Pages + 1);
        var range = model[from..to];
        Assert.Equal(range.Any(p => p.HasValue), regions.Overlaps((ulong)from * Page, (ulong)to * Page));
        Assert.Equal(range.All(p => p.HasValue), regions.Covers((ulong)from * Page, (ulong)to * Page));
        CompareGap(regions, model, random.Next(1, 8), random.Next(8));
    }

    private static void CompareGap(Regions regions, (PageRights Rights, RegionKind Kind)?[] model, int pages, int floor)
    {
        var expected = -1;
        for (var start = Pages - pages; start >= floor && expected < 0; start--)
        {
            expected = model[start..(start + pages)].All(p => !p.HasValue) ? start : -1;
        }

        var found = regions.TryFindGap((ulong)pages * Page, Page, (ulong)floor * Page, Pages * Page, out var address);
        Assert.Equal(expected >= 0, found);
        if (found)
        {
            Assert.Equal((ulong)expected * Page, address);
        }
    }
}
