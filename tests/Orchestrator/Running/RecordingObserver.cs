using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Tests.Orchestrator.Running;

internal sealed class RecordingObserver : IRunObserver
{
    public List<string> Lines { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> StartedLabels { get; } = [];

    public List<StageResult> Results { get; } = [];

    public void Placed(Plan plan, PlacedPlan placed)
    {
    }

    public void Note(string text) => Notes.Add(text);

    public void Started(PlannedStage stage, IReadOnlyList<StartStep> steps) => StartedLabels.Add(stage.Label);

    public void Wrote(PlannedStage stage, string line) => Lines.Add($"{stage.Label}: {line}");

    public void Ended(PlannedStage stage, StageResult result, string? crash) => Results.Add(result);
}
