using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class BoundTests
{
    [Theory]
    [InlineData(1.0, 1.2, 1.3, true)] // The upper quartile may be a tenth over it …
    [InlineData(1.0, 1.2, 1.33, false)] // … and no more.
    [InlineData(1.0, 1.21, 1.22, false)]
    public void A_bound_from_above_looks_at_the_median_and_the_upper_quartile(double lower, double median, double upper, bool reached) =>
        Assert.Equal(reached, new Bound(Better.Lower, 1.2).IsReachedBy(Spread(lower, median, upper)));

    [Theory]
    [InlineData(0.91, 1.0, 5.0, true)]
    [InlineData(0.89, 1.0, 5.0, false)]
    [InlineData(0.95, 0.99, 5.0, false)]
    public void A_bound_from_below_looks_at_the_median_and_the_lower_quartile(double lower, double median, double upper, bool reached) =>
        Assert.Equal(reached, new Bound(Better.Higher, 1.0).IsReachedBy(Spread(lower, median, upper)));

    [Fact]
    public void A_row_says_which_of_its_bounds_it_reaches()
    {
        Assert.Equal(Verdict.Aim, Row(Spread(1.1, 1.1, 1.1)).Verdict);
        Assert.Equal(Verdict.AtLeast, Row(Spread(1.3, 1.3, 1.3)).Verdict);
        Assert.Equal(Verdict.NotMet, Row(Spread(1.5, 1.5, 1.5)).Verdict);
        Assert.Equal(Verdict.NotMeasured, Row(null).Verdict);
    }

    [Fact]
    public void A_row_without_bounds_only_informs() =>
        Assert.Equal(Verdict.Informational, new BenchRow("", "x", "y", Spread(1, 1, 1), "F").Verdict);

    [Fact]
    public void The_table_keeps_its_columns_and_says_what_was_not_measured()
    {
        var lines = TableText.Lines([Row(Spread(1.1, 1.15, 1.2)), Row(null) with { Note = "not installed: apt-get install x" }]).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.Contains("1.15 F", lines[1], StringComparison.Ordinal);
        Assert.Contains("≤ 1.4 met", lines[1], StringComparison.Ordinal);
        Assert.Contains("≤ 1.2 met", lines[1], StringComparison.Ordinal);
        Assert.Contains("not measured", lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain("met", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("not installed: apt-get install x", lines[2], StringComparison.Ordinal);
        Assert.Equal(lines[0].IndexOf("subject", StringComparison.Ordinal), lines[1].IndexOf("ours", StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_names_the_limit_it_misses_beside_the_one_it_keeps()
    {
        var line = TableText.Lines([Row(Spread(1.3, 1.3, 1.3))]).Last();
        Assert.Contains("≤ 1.4 met", line, StringComparison.Ordinal);
        Assert.Contains("≤ 1.2 NOT met", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.97, true)]
    [InlineData(1.03, true)]
    [InlineData(0.96, false)]
    [InlineData(1.04, false)]
    public void A_control_may_differ_from_itself_by_three_in_a_hundred(double median, bool kept)
    {
        var row = BenchRow.Control("round trip 8 B", "boost", Spread(median - 0.2, median, median + 0.2));
        Assert.Equal(kept, row.Verdict == Verdict.Aim);
        Assert.Contains($"0.97–1.03 {(kept ? "met" : "NOT met")}", TableText.Lines([row]).Last(), StringComparison.Ordinal);
        Assert.Equal(kept, row.Note.Length == 0);
    }

    private static BenchRow Row(Quartiles? value) =>
        new("R1", "round trip 8 B", "ours", value, "F", new(Better.Lower, 1.4), new(Better.Lower, 1.2));

    private static Quartiles Spread(double lower, double median, double upper) => new(lower, median, upper, lower, upper, 9);
}
