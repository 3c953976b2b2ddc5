using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Runs plans, one at a time.</summary>
public interface IPipelineRunner
{
    /// <summary>Runs <paramref name="plan"/> to its end.</summary>
    /// <param name="cancellation">Ends every stage; the result's status is 130.</param>
    /// <exception cref="PipelineException">It cannot start: no cores, no machine.</exception>
    Task<RunResult> RunAsync(Plan plan, RunOptions options, IRunObserver observer, CancellationToken cancellation);
}
