using System.Globalization;
using Muk.Orchestrator.Bench.Managed;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary>From what was measured to the rows of the table: pure.</summary>
public sealed class RingRows(IReadOnlyList<Measurement> measurements)
{
    private static readonly int[] ShortPayloads = [8, 24, 48];

    private readonly ILookup<(string Group, string Label), Measurement> _cells = measurements.ToLookup(m => (m.Group, m.Cell.Label));

    /// <summary>Every row of the ring benchmark.</summary>
    /// <param name="missing">Rows of peers that are not installed, with what to say of each.</param>
    public IReadOnlyList<BenchRow> All(IReadOnlyList<(string Subject, string Note)> missing) =>
    [
        .. Controls(),
        .. RoundTrips(),
        .. Streams(),
        .. Twins(),
        .. Subjects(),
        .. missing.Select(m => new BenchRow("", "peer", m.Subject, null, "", Note: m.Note)),
    ];

    private string Ours => measurements.Any(m => m.Cell.Label == RingPlan.RingC) ? RingPlan.RingC : ManagedRunner.Ring;

    private IEnumerable<BenchRow> Controls()
    {
        yield return Control(RingPlan.Name(CellKind.Round, 8, 1));
        yield return Control(RingPlan.Name(CellKind.Stream, 1024, 1));

        BenchRow Control(string group)
        {
            var ratio = Ratio(group, "boost spsc_queue", RingPlan.Control);
            var honest = ratio is { Median: >= 0.97 and <= 1.03 };
            return new("A/A", group, "boost against itself", ratio, "×",
                Note: honest ? "within 0.97–1.03" : "OUTSIDE 0.97–1.03: measure again before quoting");
        }
    }

    private IEnumerable<BenchRow> RoundTrips()
    {
        foreach (var payload in ShortPayloads)
        {
            var group = RingPlan.Name(CellKind.Round, payload, 1);
            yield return new("R1", group, Ours, OverFloor(group, Ours), "F", new(Better.Lower, 1.4), new(Better.Lower, 1.2),
                Absolute(group, Ours));
            if (BestPeer(group) is { } peer)
            {
                yield return new("R1", group, $"over {peer}", Ratio(group, peer, Ours), "×", new(Better.Lower, 1), new(Better.Lower, 0.6),
                    "best packaged peer");
            }
        }

        foreach (var (id, payload, aim) in new[] { ("R2", 64, 1.6), ("R3", 1024, 3.5) })
        {
            var group = RingPlan.Name(CellKind.Round, payload, 1);
            yield return new(id, group, Ours, OverFloor(group, Ours), "F", null, new(Better.Lower, aim), Absolute(group, Ours));
        }
    }

    /// <summary>Ratios of throughput are of messages per F, both measured next to one another.</summary>
    private IEnumerable<BenchRow> Streams()
    {
        foreach (var (id, payload, aim) in new[] { ("R4", 8, 1.2), ("R5", 64, 1.25), ("R6", 1024, 1.0) })
        {
            foreach (var burst in new[] { 1, RingPlan.Burst })
            {
                var group = RingPlan.Name(CellKind.Stream, payload, burst);
                yield return new(id, group, Ours, Rate(group, Ours), "M/s", Note: Absolute(group, Ours));
                foreach (var peer in RingPlan.Peers.Where(p => _cells.Contains((group, p))))
                {
                    yield return new(id, group, $"over {peer}", Ratio(group, Ours, peer), "×", new(Better.Higher, 1),
                        new(Better.Higher, aim), Absolute(group, peer));
                }
            }
        }

        var single = RingPlan.Name(CellKind.Stream, 8, 1);
        var bursts = RingPlan.Name(CellKind.Stream, 8, RingPlan.Burst);
        yield return new("R4", single, "over boost spsc_queue", Ratio(single, Ours, "boost spsc_queue"), "×", null, new(Better.Higher, 4));
        yield return new("R4", "one way 8 B", "single over rte_ring's bursts", Ratio(single, Ours, bursts, "rte_ring"), "×", null,
            new(Better.Higher, 1.2));
        foreach (var burst in new[] { 1, RingPlan.Burst })
        {
            var group = RingPlan.Name(CellKind.Stream, 1024, burst);
            if (BestFloor(group) is { } floor)
            {
                yield return new("R6", group, "over the streaming floor", Ratio(group, Ours, floor), "×", null, new(Better.Higher, 0.9),
                    $"{floor}: {Absolute(group, floor)}");
            }
        }
    }

    private IEnumerable<BenchRow> Twins()
    {
        foreach (var group in RingPlan.Groups.Select(g => g.Name).Where(g => _cells.Contains((g, RingPlan.RingC))
            && _cells.Contains((g, ManagedRunner.Ring))))
        {
            yield return group.StartsWith("round", StringComparison.Ordinal)
                ? new("R8", group, "C# ring over C ring", Ratio(group, ManagedRunner.Ring, RingPlan.RingC, inverse: true), "×",
                    new(Better.Lower, 1.1), new(Better.Lower, 1.05))
                : new("R8", group, "C# ring over C ring", Ratio(group, ManagedRunner.Ring, RingPlan.RingC), "×", new(Better.Higher, 0.9),
                    new(Better.Higher, 0.95));
        }
    }

    private IEnumerable<BenchRow> Subjects()
    {
        foreach (var group in RingPlan.Groups)
        {
            foreach (var label in group.Cells.Select(c => c.Label).Where(l => _cells.Contains((group.Name, l))))
            {
                var errors = _cells[(group.Name, label)].Sum(m => m.Result.Errors);
                var note = errors == 0 ? Absolute(group.Name, label) : $"{errors} MESSAGES LOST OR TORN";
                yield return group.Name.StartsWith("round", StringComparison.Ordinal)
                    ? new("", group.Name, label, OverFloor(group.Name, label), "F", Note: note)
                    : new("", group.Name, label, Rate(group.Name, label), "M/s", Note: note);
            }
        }
    }

    private Quartiles? OverFloor(string group, string label) => Of(_cells[(group, label)].Select(m => m.Result.OverFloor));

    private Quartiles? Rate(string group, string label) => Of(_cells[(group, label)].Select(m => 1e3 / m.Result.Ns));

    /// <summary>Round by round, cost of <paramref name="other"/> over cost of <paramref name="one"/>: for streams how many times as
    /// fast, for round trips (with the arguments the other way round) how many times as long.</summary>
    private Quartiles? Ratio(string group, string one, string other, bool inverse = false) =>
        inverse ? Ratio(group, other, group, one) : Ratio(group, one, group, other);

    private Quartiles? Ratio(string groupOfOne, string one, string groupOfOther, string other) => Of(
        from a in _cells[(groupOfOne, one)]
        join b in _cells[(groupOfOther, other)] on a.Round equals b.Round
        select b.Result.OverFloor / a.Result.OverFloor);

    private string? BestPeer(string group) => Best(group, RingPlan.Peers);

    private string? BestFloor(string group) => Best(group, [RingPlan.CopyFloor, RingPlan.CopyBlocks]);

    private string? Best(string group, IReadOnlyList<string> labels) =>
        labels.Where(l => _cells.Contains((group, l))).MinBy(l => OverFloor(group, l)!.Median);

    private string Absolute(string group, string label)
    {
        if (Of(_cells[(group, label)].Select(m => m.Result.Ns)) is not { } ns)
        {
            return "not measured";
        }

        var disturbed = _cells[(group, label)].Count(m => m.Disturbed is not null);
        var text = string.Create(CultureInfo.InvariantCulture, $"{ns.Median:0.0} ns");
        return disturbed == 0 ? text : $"{text}, {disturbed} of {ns.Count} rounds disturbed";
    }

    private static Quartiles? Of(IEnumerable<double> values) => values.Any() ? Quartiles.Of(values) : null;
}
