using System.Globalization;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary>R9 and R10: a MUK at the other end against a thread there. Pure.</summary>
public sealed class RigRows(CellTable cells)
{
    private static readonly string[] _muks = ["kvm MUK", "process MUK"];

    public IReadOnlyList<BenchRow> All() => [.. _muks.SelectMany(Ratios), .. _muks.SelectMany(Exits), .. _muks.SelectMany(Tails)];

    private IEnumerable<BenchRow> Ratios(string muk)
    {
        foreach (var (group, label, control) in Cells(muk))
        {
            var note = $"{cells.Absolute(group.Name, label)}; {control}: {cells.Absolute(group.Name, control)}";
            yield return group.Cells[0].Kind == CellKind.Round
                ? new("R9", group.Name, $"{label} over {control}", cells.Longer(group.Name, label, control), "×",
                    new(Better.Lower, 1.05), new(Better.Lower, 1.03), note)
                : new("R9", group.Name, $"{label} over {control}", cells.Faster(group.Name, label, control), "×",
                    new(Better.Higher, 0.95), new(Better.Higher, 0.97), note);
        }
    }

    private IEnumerable<BenchRow> Exits(string muk)
    {
        foreach (var (group, label, _) in Cells(muk))
        {
            var counts = cells.Of(group.Name, label).Select(m => m.Result.Guest).OfType<GuestCounts>().ToArray();
            if (counts.Length == 0)
            {
                continue;
            }

            var what = label.StartsWith("kvm", StringComparison.Ordinal) ? "exits" : "notified calls";
            yield return new("R9", $"{group.Name}, {what} meanwhile", label, Quartiles.Of(counts.Select(c => (double)c.Exits)), what,
                new(Better.Lower, 0), new(Better.Lower, 0), string.Create(CultureInfo.InvariantCulture,
                $"{counts.Sum(c => c.Exits)} in {counts.Sum(c => c.Messages)} messages; {counts.Sum(c => c.SystemCalls)} system calls, "
                + $"{counts.Sum(c => c.Faults)} faults, {counts.Sum(c => c.Interrupts)} kicks"));
        }
    }

    private IEnumerable<BenchRow> Tails(string muk)
    {
        foreach (var (group, label, control) in Cells(muk).Where(c => c.Group.Cells[0].Kind == CellKind.Round))
        {
            yield return new("R10", $"{group.Name}, p99/p50", $"{label} over {control}",
                cells.Ratio(group.Name, label, control, r => r.P99Ns / r.Ns), "×", null, new(Better.Lower, 1), Tail(r => r.P99Ns));
            yield return new("R10", $"{group.Name}, p99.9/p50", $"{label} over {control}",
                cells.Ratio(group.Name, label, control, r => (r.P999Ns ?? r.P99Ns) / r.Ns), "×", Note: Tail(r => r.P999Ns ?? r.P99Ns));

            string Tail(Func<CellResult, double> figure) => string.Create(CultureInfo.InvariantCulture,
                $"{Of(label, figure):0} ns; {control}: {Of(control, figure):0} ns");

            double Of(string of, Func<CellResult, double> figure) =>
                Quartiles.Of(cells.Of(group.Name, of).Select(m => figure(m.Result))).Median;
        }
    }

    private IEnumerable<(CellGroup Group, string Label, string Control)> Cells(string muk) =>
        from @group in RigPlan.Groups
        from cell in @group.Cells
        where cell.Label.StartsWith(muk, StringComparison.Ordinal)
        let control = @group.Cells[0].Label
        where cells.Has(@group.Name, cell.Label) && cells.Has(@group.Name, control)
        select (@group, cell.Label, control);
}
