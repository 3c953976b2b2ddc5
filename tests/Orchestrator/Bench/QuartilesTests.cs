using FsCheck;
using FsCheck.Fluent;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class QuartilesTests
{
    [Fact]
    public void The_median_of_an_odd_number_is_the_middle_one()
    {
        var q = Quartiles.Of([5, 1, 3]);
        Assert.Equal((3, 2, 4, 1, 5, 3), (q.Median, q.Lower, q.Upper, q.Least, q.Most, q.Count));
    }

    [Fact]
    public void Between_two_values_a_quartile_is_interpolated()
    {
        var q = Quartiles.Of([1, 2, 3, 4]);
        Assert.Equal((1.75, 2.5, 3.25), (q.Lower, q.Median, q.Upper));
    }

    [Fact]
    public void One_value_is_all_its_quartiles() => Assert.Equal(new Quartiles(7, 7, 7, 7, 7, 1), Quartiles.Of([7]));

    [Fact]
    public void Nothing_has_no_middle() => Assert.Throws<ArgumentOutOfRangeException>(() => Quartiles.Of([]));

    [Fact]
    public void Quartiles_lie_in_order_and_the_order_of_the_values_does_not_matter() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<int>>(), values =>
        {
            var q = Quartiles.Of(values.Get.Select(v => (double)v));
            return q.Least <= q.Lower && q.Lower <= q.Median && q.Median <= q.Upper && q.Upper <= q.Most
                && q == Quartiles.Of(values.Get.Reverse().Select(v => (double)v));
        }).QuickCheckThrowOnFailure();
}
