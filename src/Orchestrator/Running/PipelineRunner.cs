using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Runs plans on a node's core kernels, one plan at a time.</summary>
/// <param name="node">Whose kernels run the stages. Not owned.</param>
/// <param name="machines">Decides what <see cref="MachineRequest.Auto"/> means here.</param>
/// <param name="time">For the timeout and for what is measured.</param>
public sealed class PipelineRunner(INode node, IMachineChooser machines, TimeProvider time) : IPipelineRunner
{
    /// <inheritdoc/>
    public async Task<RunResult> RunAsync(Plan plan, RunOptions options, IRunObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        cancellation.ThrowIfCancellationRequested();
        var placed = Placement.Place(plan.Stages.Count, node.FreeCores, options.Sharing);
        var choice = machines.Choose(options.Machine);
        var told = new SerialObserver(observer);
        if (choice.Note.Length > 0)
        {
            told.Note(choice.Note);
        }

        told.Placed(plan, placed);
        var kernels = await Task.WhenAll(placed.Stages.Select(
            p => node.KernelAsync(p.Core, p.Seat, choice.Machine, cancellation))).ConfigureAwait(false);
        using var run = new RunningPipeline(plan, placed, kernels, options, node, told, time);
        return await run.RunAsync(cancellation).ConfigureAwait(false) with { Leases = node.Leases };
    }
}
