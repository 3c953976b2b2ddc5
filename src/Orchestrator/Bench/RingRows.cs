using Muk.Orchestrator.Bench.Managed;
using Muk.Orchestrator.Bench.Report;

namespace Muk.Orchestrator.Bench;

/// <summary>From what was measured to the rows of the table: pure.</summary>
public sealed class RingRows(IReadOnlyList<Measurement> measurements)
{
    private static readonly int[] ShortPayloads = [8, 24, 48];

    private readonly CellTable _cells = new(measurements);

    /// <summary>Every row of the ring benchmark.</summary>
    /// <param name="missing">Rows of peers that are not installed, with what to say of each.</param>
    public IReadOnlyList<BenchRow> All(IReadOnlyList<(string Subject, string Note)> missing) =>
    [
        .. Controls(),
        .. RoundTrips(),
        .. Streams(),
        .. Mixed(),
        .. Twins(),
        .. new RigRows(_cells).All(),
        .. Wakes(),
        .. Subjects(),
        .. missing.Select(m => new BenchRow("", "peer", m.Subject, null, "", Note: m.Note)),
    ];

    private string Ours => measurements.Any(m => m.Cell.Label == RingPlan.RingC) ? RingPlan.RingC : ManagedRunner.Ring;

    private IEnumerable<BenchRow> Controls()
    {
        var groups = RingPlan.Groups.Where(g => g.Cells.Any(c => c.Label == RingPlan.Control));
        foreach (var (group, subject) in groups.Select(g => (g.Name, g.Cells.First(c => c.Label == RingPlan.Control).Subject)))
        {
            yield return BenchRow.Control(group, subject, _cells.Longer(group, RingPlan.Control, subject));
        }
    }

    private IEnumerable<BenchRow> RoundTrips()
    {
        foreach (var payload in ShortPayloads)
        {
            var group = RingPlan.Name(CellKind.Round, payload, 1);
            yield return new("R1", group, Ours, _cells.OverFloor(group, Ours), "F", new(Better.Lower, 1.4), new(Better.Lower, 1.2),
                _cells.Absolute(group, Ours));
            if (_cells.Best(group, RingPlan.Peers) is { } peer)
            {
                yield return new("R1", group, $"over {peer}", _cells.Longer(group, Ours, peer), "×", new(Better.Lower, 1),
                    new(Better.Lower, 0.6), "best packaged peer");
            }
        }

        foreach (var (id, payload, aim) in new[] { ("R2", 64, 1.6), ("R3", 1024, 3.5) })
        {
            var group = RingPlan.Name(CellKind.Round, payload, 1);
            yield return new(id, group, Ours, _cells.OverFloor(group, Ours), "F", null, new(Better.Lower, aim),
                _cells.Absolute(group, Ours));
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
                foreach (var ours in new[] { Ours, RingPlan.Copies }.Where(o => _cells.Has(group, o)))
                {
                    yield return new(id, group, ours, _cells.Rate(group, ours), "M/s", Note: _cells.Absolute(group, ours));
                    foreach (var row in Over(id, group, ours, RingPlan.Peers, aim))
                    {
                        yield return row;
                    }
                }
            }
        }

        var single = RingPlan.Name(CellKind.Stream, 8, 1);
        var bursts = RingPlan.Name(CellKind.Stream, 8, RingPlan.Burst);
        yield return new("R4", single, $"{Ours} over boost spsc_queue", _cells.Faster(single, Ours, "boost spsc_queue"), "×", null,
            new(Better.Higher, 4));
        yield return new("R4", "one way 8 B", $"{Ours} single over rte_ring's bursts", _cells.Faster(single, Ours, bursts, "rte_ring"),
            "×", null, new(Better.Higher, 1.2));
        foreach (var burst in new[] { 1, RingPlan.Burst })
        {
            var group = RingPlan.Name(CellKind.Stream, 1024, burst);
            if (_cells.Best(group, [RingPlan.CopyFloor, RingPlan.CopyBlocks]) is { } floor)
            {
                yield return new("R6", group, $"{Ours} over the streaming floor", _cells.Faster(group, Ours, floor), "×", null,
                    new(Better.Higher, 0.9), $"{floor}: {_cells.Absolute(group, floor)}");
            }
        }
    }

    private IEnumerable<BenchRow> Mixed()
    {
        foreach (var burst in new[] { 1, RingPlan.Burst })
        {
            var group = RingPlan.Name(CellKind.Stream, Cell.Mixed, burst);
            var built = _cells.Has(group, RingPlan.RingC) ? RingPlan.RingC : RingPlan.RecordsSingly;
            foreach (var ours in new[] { built, RingPlan.Copies }.Where(o => _cells.Has(group, o)))
            {
                yield return new("R7", group, ours, _cells.Rate(group, ours), "M/s", Note: _cells.Absolute(group, ours));
                foreach (var row in Over("R7", group, ours, RingPlan.MixedPeers, 1.5))
                {
                    yield return row;
                }
            }
        }
    }

    private IEnumerable<BenchRow> Over(string id, string group, string ours, IEnumerable<string> peers, double aim) =>
        peers.Where(p => _cells.Has(group, p)).Select(peer => new BenchRow(id, group, $"{ours} over {peer}",
            _cells.Faster(group, ours, peer), "×", new(Better.Higher, 1), new(Better.Higher, aim), _cells.Absolute(group, peer)));

    private IEnumerable<BenchRow> Twins()
    {
        foreach (var group in RingPlan.Groups.Select(g => g.Name).Where(g => _cells.Has(g, RingPlan.RingC) && _cells.Has(g,
            ManagedRunner.Ring)))
        {
            yield return group.StartsWith("round", StringComparison.Ordinal)
                ? new("R8", group, "C# ring over C ring", _cells.Longer(group, ManagedRunner.Ring, RingPlan.RingC), "×",
                    new(Better.Lower, 1.1), new(Better.Lower, 1.05))
                : new("R8", group, "C# ring over C ring", _cells.Faster(group, ManagedRunner.Ring, RingPlan.RingC), "×",
                    new(Better.Higher, 0.9), new(Better.Higher, 0.95));
        }
    }

    private IEnumerable<BenchRow> Wakes()
    {
        var group = RingPlan.Name(CellKind.Wake, 8, 1);
        yield return new("R11", group, $"{RingPlan.RingC} over futex", _cells.Longer(group, RingPlan.RingC, RingPlan.Futex), "×",
            null, new(Better.Lower, 1.1), $"{_cells.Absolute(group, RingPlan.RingC)} and {_cells.Absolute(group, RingPlan.Futex)}");
    }

    private IEnumerable<BenchRow> Subjects()
    {
        foreach (var group in RingPlan.Groups)
        {
            foreach (var label in group.Cells.Select(c => c.Label).Where(l => _cells.Has(group.Name, l)))
            {
                var note = _cells.Absolute(group.Name, label);
                yield return group.Cells[0].Kind == CellKind.Stream
                    ? new("", group.Name, label, _cells.Rate(group.Name, label), "M/s", Note: note)
                    : new("", group.Name, label, _cells.OverFloor(group.Name, label), "F", Note: note);
            }
        }
    }
}
