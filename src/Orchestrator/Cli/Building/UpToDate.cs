namespace Muk.Orchestrator.Cli.Building;

/// <summary>What verbs do before they use images: build the ones that are stale, say so, and show what went wrong.</summary>
public static class UpToDate
{
    /// <summary>Builds where something is stale. A source that does not compile is shown and costs only its own image.</summary>
    public static async Task EnsureAsync(ImageFolders folders, Terminal terminal, CancellationToken cancellation)
    {
        using var build = new ImageBuild(folders);
        if (!build.IsStale())
        {
            return;
        }

        terminal.Say("building the images");
        await build.RunAsync([], found => Show(terminal, found), cancellation);
    }

    /// <summary>Writes a diagnostic, errors in red where there are colours.</summary>
    public static void Show(Terminal terminal, BuildDiagnostic found)
    {
        var text = found.Spell(Environment.CurrentDirectory);
        terminal.Error.WriteLine(found.IsError ? terminal.ErrorStyle.Bad(text) : text);
    }
}
