using Muk.Orchestrator.Bench;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class HarnessTests
{
    private static readonly CorePair Cores = new(0, 1);

    [Fact]
    public void A_round_has_every_cell_once_in_an_order_that_the_seed_decides()
    {
        var one = Schedule.Round(RingPlan.Groups, new Random(1));
        var again = Schedule.Round(RingPlan.Groups, new Random(1));
        var other = Schedule.Round(RingPlan.Groups, new Random(2));
        Assert.Equal(Cells(one), Cells(again));
        Assert.NotEqual(Cells(one), Cells(other));
        Assert.Equal(Cells(RingPlan.Groups).ToHashSet(), Cells(other).ToHashSet());
        Assert.Equal(Cells(RingPlan.Groups).Count, Cells(other).Count);
    }

    [Fact]
    public void Every_round_measures_every_cell_that_a_runner_has()
    {
        var runner = new FakeRunner(_ => 100);
        var all = Run(runner, new Effort(3, 1, 1, 5));
        Assert.Equal(3 * Group.Cells.Count, all.Count);
        Assert.Equal([0, 1, 2], all.Select(m => m.Round).Distinct());
        Assert.All(all, m => Assert.Null(m.Disturbed));
    }

    [Fact]
    public void A_group_whose_cells_lie_apart_is_measured_again()
    {
        var runner = new FakeRunner(call => call < Group.Cells.Count && call % 2 == 0 ? 200 : 100);
        var all = Run(runner, new Effort(1, 1, 1, 5));
        Assert.Equal(2 * Group.Cells.Count, runner.Calls);
        Assert.All(all, m => Assert.Null(m.Disturbed));
    }

    [Fact]
    public void A_cell_whose_floor_drifts_is_measured_again_alone()
    {
        var runner = new FakeRunner(_ => 100, call => call == 1 ? 200 : 100);
        var all = Run(runner, new Effort(1, 1, 1, 5));
        Assert.Equal(Group.Cells.Count + 1, runner.Calls);
        Assert.All(all, m => Assert.Null(m.Disturbed));
    }

    [Fact]
    public void A_group_that_stays_disturbed_says_so()
    {
        var runner = new FakeRunner(call => call % 2 == 0 ? 200 : 100);
        var all = Run(runner, new Effort(1, 1, 1, 5));
        Assert.All(all, m => Assert.Equal("drift", m.Disturbed));
    }

    [Fact]
    public void A_cell_that_stays_disturbed_says_so_after_five_tries()
    {
        var runner = new FakeRunner(_ => 100, _ => 200);
        var all = Run(runner, new Effort(1, 1, 1, 5));
        Assert.Equal(5 * Group.Cells.Count, runner.Calls);
        Assert.All(all, m => Assert.Equal("drift", m.Disturbed));
    }

    [Fact]
    public void A_subject_that_no_runner_has_is_left_out()
    {
        var group = Group with { Cells = [.. Group.Cells, Group.Cells[0] with { Subject = "nobody", Label = "nobody" }] };
        var harness = new Harness([new FakeRunner(_ => 100)], Cores, new Effort(1, 1, 1, 1), new Random(1), _ => { });
        Assert.DoesNotContain("nobody", harness.Run([group], CancellationToken.None).Select(m => m.Cell.Label));
    }

    [Theory]
    [InlineData("0-3,8\n", new[] { 0, 1, 2, 3, 8 })]
    [InlineData("5", new[] { 5 })]
    [InlineData("", new int[0])]
    public void Lists_of_cores_are_read_as_sysfs_writes_them(string text, int[] cores) => Assert.Equal(cores, CorePair.CoreList(text));

    private static CellGroup Group => new("g",
        [.. Enumerable.Range(0, 4).Select(i => new Cell("fake", $"c{i}", CellKind.Round, 8, 1, 4096))]);

    private static IReadOnlyList<Measurement> Run(FakeRunner runner, Effort effort)
    {
        // Steal is the host's own here; the fake decides the drift, and a busy hypervisor may add tries but no result.
        var harness = new Harness([runner], Cores, effort, new Random(1), _ => { });
        return harness.Run([Group], CancellationToken.None);
    }

    private static List<Cell> Cells(IReadOnlyList<CellGroup> groups) => [.. groups.SelectMany(g => g.Cells)];

    private sealed class FakeRunner(Func<int, double> floor, Func<int, double>? floorAfter = null) : ICellRunner
    {
        public int Calls { get; private set; }

        public bool Has(Cell cell) => cell.Subject == "fake";

        public CellResult Measure(Cell cell, Effort effort)
        {
            var before = floor(Calls);
            var after = floorAfter?.Invoke(Calls) ?? before;
            Calls++;
            return new(2 * before, before, before, 1, 0, 0, Quantiles(before), Quantiles(after));

            static double[] Quantiles(double f) => [f, f, f, f, f, f];
        }
    }
}
