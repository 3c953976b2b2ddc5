using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary>Runs groups of cells round by round and repeats what was disturbed. Owner: one thread.</summary>
public sealed class Harness(IReadOnlyList<ICellRunner> runners, CorePair cores, Effort effort, Random random, Action<string> progress)
{
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
            var before = Steal();
            List<(Cell Cell, CellResult Result)> results = [];
            foreach (var cell in group.Cells)
            {
                if (runners.FirstOrDefault(r => r.Has(cell)) is { } runner)
                {
                    results.Add((cell, runner.Measure(cell, effort)));
                }
            }

            var disturbed = Disturbance.Of([.. results.SelectMany(r => r.Result.Floors)], Steal().Since(before));
            if (disturbed is null || attempt >= effort.TriesMax)
            {
                return [.. results.Select(r => new Measurement(group.Name, round, r.Cell, r.Result, disturbed))];
            }
        }
    }

    private StolenTime Steal() => StolenTime.Parse(File.ReadAllText("/proc/stat"), [cores.Near, cores.Far]);
}
