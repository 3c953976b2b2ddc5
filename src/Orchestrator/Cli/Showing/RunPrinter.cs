using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Shows a run on standard error: what stages write there, each line after its stage's name, and how they failed.</summary>
public sealed class RunPrinter(Terminal terminal) : IRunObserver
{
    /// <summary>Says what ended a run where no stage's failure has said it yet: the timeout, Ctrl-C, the input or the output.</summary>
    public static void Conclude(Terminal terminal, RunResult result)
    {
        if (result.Reason.Length > 0 && !result.Stages.Any(stage => stage.Fails))
        {
            terminal.Say(result.Reason);
        }
    }

    public void Placed(Plan plan, PlacedPlan placed)
    {
        // Where stages run is part of the statistics.
    }

    public void Note(string text) => terminal.Say(text);

    public void Started(PlannedStage stage, IReadOnlyList<StartStep> steps)
    {
        // How long starting took is part of the statistics.
    }

    public void Wrote(PlannedStage stage, string line) =>
        terminal.Error.WriteLine($"{terminal.ErrorStyle.Quiet(stage.Label + ":")} {line}");

    public void Ended(PlannedStage stage, StageResult result, string? crash)
    {
        if (!result.Fails)
        {
            return;
        }

        // A crash's text begins with the reason, so it stands for the line.
        if (crash is not null)
        {
            terminal.Error.WriteLine(crash);
            terminal.Say($"{stage.Label}: {terminal.ErrorStyle.Bad($"ended with status {result.Status}")}");
            return;
        }

        var reason = result.Reason.Length > 0 ? $"{result.Reason} (status {result.Status})" : $"ended with status {result.Status}";
        terminal.Say($"{stage.Label}: {terminal.ErrorStyle.Bad(reason)}");
    }
}
