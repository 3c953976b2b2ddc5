using Muk.Orchestrator.Bench.Report;

namespace Muk.Orchestrator.Bench;

/// <summary>Several benchmarks behind one name, one after the other.</summary>
public sealed class BenchSeries(string name, params IReadOnlyList<IBenchmark> parts) : IBenchmark
{
    public string Name => name;

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation) =>
        [.. parts.SelectMany(part => part.Run(context, cancellation))];
}
