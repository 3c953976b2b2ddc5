using System.Diagnostics;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Showing;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk build [name…] [--watch]</c>.</summary>
public sealed class BuildVerb : IVerb
{
    private static readonly VerbOption Watch = new("--watch", null, "build again whenever a source changes, until Ctrl-C");

    private readonly ImageFolders _folders = ImageFolders.Find();

    public VerbSpec Spec { get; } = new(
        "build",
        "turns every source in muks/ into an image; what has not changed is not built again",
        "[name...]",
        256,
        [Watch],
        ["A source that does not compile fails only its own image: the others are built all the same."],
        [
            ("muk build", "every source in muks/ becomes artifacts/muks/<name>.muk"),
            ("muk build fir gen", "just these two"),
            ("muk build --watch", "edit, save, see"),
        ]);

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        using var build = new ImageBuild(_folders);
        if (!line.Has(Watch))
        {
            return await BuildAsync(build, line.Arguments, terminal, cancellation) ? ExitStatus.Ok : ExitStatus.Failed;
        }

        using var changes = new SourceWatcher(_folders.Sources);
        await BuildAsync(build, line.Arguments, terminal, cancellation);
        terminal.Say($"watching {_folders.Sources}; Ctrl-C ends it");
        var failing = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            await changes.NextAsync(cancellation);
            await RebuildAsync(build, line.Arguments, failing, terminal, cancellation);
        }
    }

    private async Task<bool> BuildAsync(
        ImageBuild build, IReadOnlyList<string> names, Terminal terminal, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var (report, succeeded) = await build.RunAsync(names, found => UpToDate.Show(terminal, found), cancellation);
        var lines = BuildSummary.Of(_folders, names, report);
        Show(terminal, lines, "");
        terminal.Say($"{lines.Count(image => image.Outcome == "built")} built, "
            + $"{lines.Count(image => image.Outcome == "up to date")} up to date, "
            + $"{lines.Count(image => image.Outcome == "failed")} failed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return succeeded;
    }

    /// <summary>Builds after a change, and says only what the change has done: one that was <paramref name="failing"/> and is
    /// as it was before it failed has changed as well.</summary>
    private async Task RebuildAsync(
        ImageBuild build, IReadOnlyList<string> names, HashSet<string> failing, Terminal terminal, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var (report, _) = await build.RunAsync(names, found => UpToDate.Show(terminal, found), cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        var images = BuildSummary.Of(_folders, names, report);
        Show(
            terminal,
            [.. images.Where(image => image.Outcome != "up to date" || failing.Contains(image.Name))],
            $"  {took.TotalMilliseconds:0} ms");
        failing.Clear();
        failing.UnionWith(images.Where(image => image.Outcome == "failed").Select(image => image.Name));
    }

    private static void Show(Terminal terminal, IReadOnlyList<(string Name, string Outcome, long Bytes)> images, string end)
    {
        var width = images.Select(image => image.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, outcome, bytes) in images)
        {
            var word = outcome == "failed" ? terminal.OutStyle.Bad(outcome) : outcome;
            terminal.Out.WriteLine($"{name.PadRight(width)}  {word}" + (bytes > 0 ? $"  {Units.Bytes(bytes)}" : "") + end);
        }
    }
}
