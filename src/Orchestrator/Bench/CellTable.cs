using System.Globalization;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary>Measurements by group and label, and what rows are made of: pure.</summary>
public sealed class CellTable(IEnumerable<Measurement> measurements)
{
    private readonly ILookup<(string Group, string Label), Measurement> _cells = measurements.ToLookup(m => (m.Group, m.Cell.Label));

    public bool Has(string group, string label) => _cells.Contains((group, label));

    /// <summary>All rounds of a cell.</summary>
    public IEnumerable<Measurement> Of(string group, string label) => _cells[(group, label)];

    /// <summary>The cost of a message in round trips of a bare cache line; null where it was not measured.</summary>
    public Quartiles? OverFloor(string group, string label) => Of(Of(group, label).Select(m => m.Result.OverFloor));

    /// <summary>Millions of messages a second.</summary>
    public Quartiles? Rate(string group, string label) => Of(Of(group, label).Select(m => 1e3 / m.Result.Ns));

    /// <summary>Round by round, how many times as long <paramref name="one"/> takes as <paramref name="other"/>.</summary>
    public Quartiles? Longer(string group, string one, string other) => Faster(group, other, group, one);

    /// <summary>Round by round, how many times as fast <paramref name="one"/> is as <paramref name="other"/>.</summary>
    public Quartiles? Faster(string group, string one, string other) => Faster(group, one, group, other);

    /// <summary>The same between two groups.</summary>
    public Quartiles? Faster(string groupOfOne, string one, string groupOfOther, string other) =>
        Ratio(groupOfOne, one, groupOfOther, other, r => 1 / r.OverFloor);

    /// <summary>Round by round, some figure of <paramref name="one"/> over the same of <paramref name="other"/>.</summary>
    public Quartiles? Ratio(string group, string one, string other, Func<CellResult, double> figure) =>
        Ratio(group, one, group, other, figure);

    /// <summary>The one of <paramref name="labels"/> that costs least, null where none was measured.</summary>
    public string? Best(string group, IReadOnlyList<string> labels) =>
        labels.Where(l => Has(group, l)).MinBy(l => OverFloor(group, l)!.Median);

    /// <summary>Nanoseconds, what disturbed them, and what was lost: for notes.</summary>
    public string Absolute(string group, string label)
    {
        if (Of(Of(group, label).Select(m => m.Result.Ns)) is not { } ns)
        {
            return "not measured";
        }

        var errors = Of(group, label).Sum(m => m.Result.Errors);
        var disturbed = Of(group, label).Count(m => m.Disturbed is not null);
        var text = string.Create(CultureInfo.InvariantCulture, $"{ns.Median:0.0} ns");
        return errors > 0 ? $"{errors} MESSAGES LOST OR TORN"
            : disturbed == 0 ? text
            : $"{text}, {disturbed} of {ns.Count} rounds disturbed";
    }

    private Quartiles? Ratio(string groupOfOne, string one, string groupOfOther, string other, Func<CellResult, double> figure) => Of(
        from a in Of(groupOfOne, one)
        join b in Of(groupOfOther, other) on a.Round equals b.Round
        select figure(a.Result) / figure(b.Result));

    private static Quartiles? Of(IEnumerable<double> values) => values.Any() ? Quartiles.Of(values) : null;
}
