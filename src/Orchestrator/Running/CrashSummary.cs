using Muk.Kernel.Control;
using Muk.Kernel.Crashes;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>What is shown of a stage that crashed: reason, source lines where they can be had, registers.</summary>
internal static class CrashSummary
{
    /// <returns>Several lines, the last without a newline; null for an end that is no crash.</returns>
    public static string? Of(PlannedStage stage, Event.Ended end)
    {
        if (end.Crash is not { } crash)
        {
            return null;
        }

        var frames = new Symboliser(sourceRoot: RepositoryRoot.Around(Environment.CurrentDirectory)).Resolve(stage.ImagePath, crash.Frames);
        return CrashText.Of(stage.Label, end.Reason, crash, frames).TrimEnd('\n');
    }
}
