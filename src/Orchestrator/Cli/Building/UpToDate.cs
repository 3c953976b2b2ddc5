namespace Muk.Orchestrator.Cli.Building;

/// <summary>What verbs do before they use images: build the ones that are stale, say so, and show what went wrong.</summary>
public static class UpToDate
{
    // Of the build rules (build-rules/README.md). About one source it stands at that source, about all at the rules' own file.
    private const string ToolMissing = "MUK0001";

    /// <summary>Builds where something is stale. A source that does not compile is shown and costs only its own image.</summary>
    /// <exception cref="UserErrorException">Nothing could be built, so no image can be trusted to be of its source.</exception>
    public static async Task EnsureAsync(ImageFolders folders, Terminal terminal, CancellationToken cancellation)
    {
        using var build = new ImageBuild(folders);
        if (!build.IsStale())
        {
            return;
        }

        terminal.Say("building the images");
        var (report, _) = await build.RunAsync([], found => Show(terminal, found), cancellation);
        if (report.Diagnostics.Any(found =>
            found is { IsError: true, Code: ToolMissing } && found.File.EndsWith(".targets", StringComparison.Ordinal)))
        {
            throw new UserErrorException("nothing could be built: install what is missing, then run this again", ExitStatus.NotFound);
        }
    }

    /// <summary>Writes a diagnostic, errors in red where there are colours.</summary>
    public static void Show(Terminal terminal, BuildDiagnostic found)
    {
        var text = found.Spell(Environment.CurrentDirectory);
        terminal.Error.WriteLine(found.IsError ? terminal.ErrorStyle.Bad(text) : text);
    }
}
