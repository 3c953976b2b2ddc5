using FsCheck;
using FsCheck.Fluent;
using Muk.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Pipelines;

public sealed class PlacementTests
{
    private static FreeCore[] Cores(int count) => [.. Enumerable.Range(1, count).Select(cpu => new FreeCore(cpu))];

    [Fact]
    public void With_cores_enough_every_stage_has_its_own_and_never_sleeps()
    {
        var placed = Placement.Place(3, Cores(4), CoreSharing.Refuse);
        Assert.False(placed.Shared);
        Assert.Equal([1, 2, 3], placed.Stages.Select(s => s.Core));
        Assert.All(placed.Stages, s => Assert.Equal((0, uint.MaxValue, false), (s.Seat, s.SpinIterations, s.Parks)));
    }

    [Fact]
    public void Neighbours_get_cores_that_share_a_cache()
    {
        FreeCore[] cores = [new(1, 0, 0), new(2, 1, 1), new(3, 0, 0), new(4, 1, 1)];
        Assert.Equal([1, 3, 2, 4], Placement.Place(4, cores, CoreSharing.Refuse).Stages.Select(s => s.Core));
    }

    [Fact]
    public void A_pipeline_gets_the_smallest_cache_that_holds_it_and_leaves_the_large_one_whole()
    {
        FreeCore[] cores = [new(1, 0, 0), new(2, 0, 0), new(3, 0, 0), new(8, 1, 8), new(9, 1, 8)];
        Assert.Equal([8, 9], Placement.Place(2, cores, CoreSharing.Refuse).Stages.Select(s => s.Core));
        Assert.Equal([1, 2, 3], Placement.Place(3, cores, CoreSharing.Refuse).Stages.Select(s => s.Core));
        Assert.Equal([1, 2, 3, 8], Placement.Place(4, cores, CoreSharing.Refuse).Stages.Select(s => s.Core));
    }

    [Fact]
    public void Too_few_cores_is_an_error_that_names_the_flag()
    {
        var error = Assert.Throws<PlacementException>(() => Placement.Place(3, Cores(1), CoreSharing.Refuse));
        Assert.Equal("3 stages need 3 cores, and 1 core is free (core 0 stays with the host); "
            + "--share-cores lets stages share them, which costs a wake-up whenever one waits", error.Message);
    }

    [Fact]
    public void No_core_at_all_is_an_error_even_when_sharing()
    {
        Assert.Equal("1 stage needs 1 core, and no core is free "
            + "(core 0 stays with the host, and whatever else there is, other pipelines have); "
                + "--share-cores lets stages share cores, and needs one",
            Assert.Throws<PlacementException>(() => Placement.Place(1, [], CoreSharing.Allow)).Message);
    }

    [Fact]
    public void Only_stages_that_share_a_core_sleep_at_once()
    {
        var placed = Placement.Place(3, Cores(2), CoreSharing.Allow);
        Assert.True(placed.Shared);
        Assert.Equal([(1, 0, uint.MaxValue), (2, 0, 0u), (2, 1, 0u)], placed.Stages.Select(s => (s.Core, s.Seat, s.SpinIterations)));
    }

    [Fact]
    public void Sharing_is_fair_contiguous_and_seats_are_never_taken_twice()
    {
        var counts = from stages in Gen.Choose(1, 64) from cores in Gen.Choose(1, 16) select (stages, cores);
        Prop.ForAll(counts.ToArbitrary(), c =>
        {
            var places = Placement.Place(c.stages, Cores(c.cores), CoreSharing.Allow).Stages;
            var perCore = places.GroupBy(p => p.Core).Select(g => g.Count()).ToArray();
            return places.Count == c.stages
                && places.Select(p => (p.Core, p.Seat)).Distinct().Count() == c.stages
                && perCore.Max() - perCore.Min() <= 1
                && perCore.Length == Math.Min(c.stages, c.cores)
                && places.Zip(places.Skip(1)).All(pair => pair.First.Core <= pair.Second.Core)
                && places.All(p => p.Parks == (places.Count(o => o.Core == p.Core) > 1));
        }).QuickCheckThrowOnFailure();
    }
}
