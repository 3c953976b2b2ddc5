using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Runs plans, one at a time.</summary>
public interface IPipelineRunner
{
    /// <summary>Runs <paramref name="plan"/> to its end.</summary>
    /// <param name="cancellation">Ends every stage; the result's status is 130. Before the stages run it is an exception.</param>
    /// <exception cref="PipelineException">It cannot start: no cores, no machine.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before it had begun; nothing has run.</exception>
    Task<RunResult> RunAsync(Plan plan, RunOptions options, IRunObserver observer, CancellationToken cancellation);
}
