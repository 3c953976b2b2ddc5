using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Told what happens while a pipeline runs. Called from the runner's threads, never two calls at once.</summary>
public interface IRunObserver
{
    /// <summary>Where everything will run; before anything starts.</summary>
    void Placed(Plan plan, PlacedPlan placed);

    /// <summary>A line of the runner's own: which machine and why, what sharing costs, what the kernel noticed.</summary>
    void Note(string text);

    /// <summary>The stage's first instruction is about to run.</summary>
    void Started(PlannedStage stage, IReadOnlyList<StartStep> steps);

    /// <summary>A whole line of the stage's standard error, without its newline.</summary>
    void Wrote(PlannedStage stage, string line);

    /// <summary>The stage is over. <paramref name="crash"/>: what to show of a crash, several lines, or null.</summary>
    void Ended(PlannedStage stage, StageResult result, string? crash);
}
