using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Hands on one call at a time, from whatever thread.</summary>
internal sealed class SerialObserver(IRunObserver observer) : IRunObserver
{
    private readonly Lock _one = new();

    public void Placed(Plan plan, PlacedPlan placed)
    {
        lock (_one)
        {
            observer.Placed(plan, placed);
        }
    }

    public void Note(string text)
    {
        lock (_one)
        {
            observer.Note(text);
        }
    }

    public void Started(PlannedStage stage, IReadOnlyList<StartStep> steps)
    {
        lock (_one)
        {
            observer.Started(stage, steps);
        }
    }

    public void Wrote(PlannedStage stage, string line)
    {
        lock (_one)
        {
            observer.Wrote(stage, line);
        }
    }

    public void Ended(PlannedStage stage, StageResult result, string? crash)
    {
        lock (_one)
        {
            observer.Ended(stage, result, crash);
        }
    }
}
