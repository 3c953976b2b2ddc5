using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks;

/// <summary>Says in MSBuild's log what a build does and finds.</summary>
internal sealed class LogSink(TaskLoggingHelper log) : IDiagnosticSink
{
    public void Report(Diagnostic diagnostic)
    {
        var file = diagnostic.File.Length > 0 ? diagnostic.File : null;
        if (diagnostic.Severity == Severity.Error)
        {
            log.LogError(null, diagnostic.Code, null, file, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
        else
        {
            log.LogWarning(null, diagnostic.Code, null, file, diagnostic.Line, diagnostic.Column, 0, 0, "{0}", diagnostic.Message);
        }
    }

    public void Step(BuildStep step)
    {
        var importance = step.Kind is StepKind.Image or StepKind.Remove ? MessageImportance.High : MessageImportance.Low;
        log.LogMessage(importance, "{0}: {1}: {2}", step.Source, Spell(step.Kind), step.Detail);
    }

    private static string Spell(StepKind kind) => kind switch
    {
        StepKind.UpToDate => "up to date",
        StepKind.Image => "built",
        StepKind.Remove => "removed, its source is gone",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
