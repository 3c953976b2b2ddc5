using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class DisturbanceTests
{
    private const string Stat = """
        cpu  100 0 100 800 0 0 0 30 0 0
        cpu0 50 0 50 400 0 0 0 10 0 0
        cpu1 50 0 50 400 0 0 0 20 0 0
        cpu10 1 1 1 1 1 1 1 9999 0 0
        intr 12345
        """;

    [Fact]
    public void Floors_a_sixth_apart_disturb_a_group_and_a_tenth_apart_do_not()
    {
        Assert.Equal("drift", Disturbance.Of([100, 116], 0));
        Assert.Null(Disturbance.Of([100, 110, 105], 0));
    }

    [Fact]
    public void More_than_a_hundredth_stolen_disturbs_a_group()
    {
        Assert.Equal("steal", Disturbance.Of([100, 100], 0.011));
        Assert.Null(Disturbance.Of([100, 100], 0.01));
    }

    [Fact]
    public void Only_the_lines_of_the_measured_cores_count()
    {
        Assert.Equal(new StolenTime(30, 1030), StolenTime.Parse(Stat, [0, 1]));
        Assert.Equal(new StolenTime(10, 510), StolenTime.Parse(Stat, [0]));
    }

    [Fact]
    public void The_stolen_part_is_of_the_time_between_two_looks()
    {
        Assert.Equal(0.25, new StolenTime(15, 120).Since(new StolenTime(10, 100)));
        Assert.Equal(0, new StolenTime(10, 100).Since(new StolenTime(10, 100)));
    }
}
