using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary>Runs groups of cells round by round. A cell that was disturbed is measured again, and so is a group whose cells, each
/// quiet, do not lie close enough together to be compared. Owner: one thread.</summary>
public sealed class Harness(IReadOnlyList<ICellRunner> runners, CorePair cores, Effort effort, Random random, Action<string> progress)
{
    // Of a group as a whole: its cells have had their own tries.
    private const int GroupTriesMax = 2;

    /// <summary>Measures every cell that some runner has.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public IReadOnlyList<Measurement> Run(IReadOnlyList<CellGroup> groups, CancellationToken cancellation)
    {
        List<Measurement> all = [];
        for (var round = 0; round < effort.Rounds; round++)
        {
            foreach (var group in Schedule.Round(groups, random))
            {
                cancellation.ThrowIfCancellationRequested();
                progress($"round {round + 1} of {effort.Rounds}: {group.Name}");
                all.AddRange(Measure(group, round));
            }
        }

        return all;
    }

    private List<Measurement> Measure(CellGroup group, int round)
    {
        for (var attempt = 1; ; attempt++)
        {
            List<Measurement> all = [];
            foreach (var cell in group.Cells)
            {
                if (runners.FirstOrDefault(r => r.Has(cell)) is { } runner)
                {
                    all.Add(Measure(group, round, cell, runner));
                }
            }

            var apart = Disturbance.Of([.. all.Select(m => m.Result.FloorNs)], 0);
            if (apart is null || attempt >= Math.Min(effort.TriesMax, GroupTriesMax))
            {
                return [.. all.Select(m => m with { Disturbed = m.Disturbed ?? apart })];
            }
        }
    }

    private Measurement Measure(CellGroup group, int round, Cell cell, ICellRunner runner)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = Steal();
            var result = runner.Measure(cell, effort);
            var disturbed = Disturbance.Of([.. result.Floors], Steal().Since(before));
            if (disturbed is null || attempt >= effort.TriesMax)
            {
                return new(group.Name, round, cell, result, disturbed);
            }
        }
    }

    private StolenTime Steal() => StolenTime.Parse(File.ReadAllText("/proc/stat"), [cores.Near, cores.Far]);
}
