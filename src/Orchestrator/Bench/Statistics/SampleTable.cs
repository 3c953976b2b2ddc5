using Muk.Orchestrator.Bench.Report;

namespace Muk.Orchestrator.Bench.Statistics;

/// <summary>Named figures by round, for benchmarks whose rounds are not cells. Owner: the harness' thread.</summary>
public sealed class SampleTable(Action<string> record)
{
    private readonly Dictionary<(string Name, int Round), double> _values = [];

    public void Add(string name, int round, double value, string unit)
    {
        _values[(name, round)] = value;
        record(RawRecords.Sample(name, round, value, unit));
    }

    /// <summary>Quartiles of a figure, null where it was never measured.</summary>
    public Quartiles? Of(string name) => Quartile(_values.Where(v => v.Key.Name == name).Select(v => v.Value));

    /// <summary>Quartiles of the rounds' ratios of one figure over another, each with its own round.</summary>
    public Quartiles? Ratio(string name, string over) => Quartile(
        from a in _values
        where a.Key.Name == name && _values.ContainsKey((over, a.Key.Round))
        select a.Value / _values[(over, a.Key.Round)]);

    /// <summary>Names in order of appearance that begin so.</summary>
    public IReadOnlyList<string> Names(string prefix) =>
        [.. _values.Keys.Select(k => k.Name).Distinct().Where(n => n.StartsWith(prefix, StringComparison.Ordinal))];

    private static Quartiles? Quartile(IEnumerable<double> values) => values.Any() ? Quartiles.Of(values) : null;
}
