using Muk.Orchestrator.Bench.Report;

namespace Muk.Orchestrator.Bench;

/// <summary>What a benchmark is run with.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Record">Takes each raw record, a line of JSON.</param>
/// <param name="Progress">Takes what is being done.</param>
public sealed record BenchContext(
    string Root, CorePair Cores, Effort Effort, int Seed, Action<string> Record, Action<string> Progress)
{
    /// <summary>Whether this is for tests only.</summary>
    public bool IsQuick => Effort.TriesMax == Effort.Quick.TriesMax;
}

/// <summary>One of the benchmarks behind <c>muk bench</c>.</summary>
public interface IBenchmark
{
    string Name { get; }

    /// <summary>Measures and gives the table's rows.</summary>
    /// <exception cref="Cli.UserErrorException">Something is missing that the user can put there.</exception>
    IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation);
}
