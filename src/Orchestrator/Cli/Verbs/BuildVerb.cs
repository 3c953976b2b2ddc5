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
        var succeeded = await BuildAsync(line.Arguments, terminal, cancellation);
        if (!line.Has(Watch))
        {
            return succeeded ? ExitStatus.Ok : ExitStatus.Failed;
        }

        using var changes = new SourceWatcher(_folders.Sources);
        terminal.Say($"watching {_folders.Sources}; Ctrl-C ends it");
        while (true)
        {
            await changes.NextAsync(cancellation);
            await BuildAsync(line.Arguments, terminal, cancellation);
        }
    }

    private async Task<bool> BuildAsync(IReadOnlyList<string> names, Terminal terminal, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var (report, succeeded) = await new ImageBuild(_folders).RunAsync(names, found => UpToDate.Show(terminal, found), cancellation);
        var lines = BuildSummary.Of(_folders, names, report);
        var width = lines.Select(image => image.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, outcome, bytes) in lines)
        {
            var word = outcome == "failed" ? terminal.OutStyle.Bad(outcome) : outcome;
            terminal.Out.WriteLine($"{name.PadRight(width)}  {word}" + (bytes > 0 ? $"  {Units.Bytes(bytes)}" : ""));
        }

        terminal.Say($"{lines.Count(image => image.Outcome == "built")} built, "
            + $"{lines.Count(image => image.Outcome == "up to date")} up to date, "
            + $"{lines.Count(image => image.Outcome == "failed")} failed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return succeeded;
    }
}
