using System.Text;
using Muk.Abi;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Processes;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk demo</c>: the main job over a real text, and the same by the host's own programs beside it.</summary>
public sealed class DemoVerb : IVerb
{
    private const string Text = "/usr/share/common-licenses/GPL-3";
    private const string Words = "tokenize | count | top n=10";
    // sed, not head: where SIGPIPE is ignored, sort complains of a reader that has left.
    private const string Shell = @"tr -cs A-Za-z '\n' < " + Text + " | LC_ALL=C sort | uniq -c | LC_ALL=C sort -rn | sed -n 1,10p";
    private const string Typed = "gen count=100000 | fir | stats";

    public VerbSpec Spec { get; } = new(
        "demo",
        "runs the word-count pipeline over a real text and holds the result against coreutils'",
        "",
        0,
        [],
        ["Where there are too few cores for its stages it lets them share, and says so."],
        [("muk demo", "installs what is missing, builds, runs, compares")]);

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        if (!File.Exists(Text))
        {
            throw new UserErrorException(
                $"the demo reads {Text}, which is not here: install base-files, or muk run '{Words}' < a text of yours",
                ExitStatus.HostRefused);
        }

        var folders = ImageFolders.Find();
        await UpToDate.EnsureAsync(folders, terminal, cancellation);
        var catalog = ImageCatalog.Load(folders.Images);
        await using var engine = Engine.Start();

        terminal.Out.WriteLine($"$ muk run '{Words}' < {Text}");
        var ours = await ShowAsync(engine, terminal, Words, catalog, Text, cancellation);
        if (ours is null)
        {
            return ExitStatus.Failed;
        }

        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"$ {Shell}");
        var theirs = await ByTheHostAsync(cancellation);
        var equal = ours == theirs;
        terminal.Out.WriteLine(equal
            ? terminal.OutStyle.Good("the same ten lines, byte for byte")
            : terminal.OutStyle.Bad("not the same:") + "\n" + theirs);

        if (PipelineText.Parse(Typed).Stages.All(stage => catalog.Find(stage.Name) is { Problem: null }))
        {
            terminal.Out.WriteLine();
            terminal.Out.WriteLine($"$ muk run '{Typed}'");
            equal &= await ShowAsync(engine, terminal, Typed, catalog, null, cancellation) is not null;
        }

        return equal ? ExitStatus.Ok : ExitStatus.Failed;
    }

    /// <summary>Runs a pipeline and shows its output, where its stages ran and what they cost. Null where it failed.</summary>
    private static async Task<string?> ShowAsync(
        Engine engine, Terminal terminal, string pipeline, ImageCatalog catalog, string? inputPath, CancellationToken cancellation)
    {
        var plan = Plans.Link(PipelineText.Parse(pipeline), catalog);
        using var input = inputPath is null ? null : UserFiles.OpenToRead(inputPath);
        using var output = new MemoryStream();
        var result = await engine.Runner.RunAsync(
            plan,
            new RunOptions
            {
                Sharing = CoreSharing.Allow,
                Input = input is null ? PipelineInput.Empty : new PipelineInput.Descriptor(input),
                Output = new PipelineOutput.To(output),
            },
            new RunPrinter(terminal),
            cancellation);
        RunPrinter.Conclude(terminal, result);
        var text = Encoding.UTF8.GetString(output.ToArray());
        terminal.Out.Write(text);
        terminal.Out.WriteLine();
        RunStatistics.Write(terminal.Out, result);
        terminal.Out.WriteLine(Where(result));
        return result.Status == 0 ? text : null;
    }

    private static string Where(RunResult result)
    {
        var machine = result.Machine == MachineKind.Kvm ? "virtual machines (kvm)" : "filtered processes (process)";
        var cores = result.Stages.GroupBy(stage => stage.Core).ToList();
        var places = string.Join(", ", cores.Select(core => $"core {core.Key}: {string.Join(" ", core.Select(stage => stage.Label))}"));
        if (cores.Count == result.Stages.Count)
        {
            return $"The stages ran as {machine}, each on a core of its own: {places}.";
        }

        var parks = result.Stages.Aggregate(0ul, (sum, stage) => sum + stage.Counts.Parks);
        return $"The stages ran as {machine} and shared, because this host has fewer free cores than stages: {places}.\n"
            + $"That cost {parks} sleeps and wake-ups, which stages on cores of their own do without.";
    }

    private static async Task<string> ByTheHostAsync(CancellationToken cancellation)
    {
        var output = new StringBuilder();
        var (status, _) = await ChildProcess.RunAsync(
            "sh", ["-c", Shell], Path.GetTempPath(), line => output.Append(line).Append('\n'), cancellation: cancellation);
        return status == 0
            ? output.ToString()
            : throw new UserErrorException($"{Shell} ended with status {status}: {output}", ExitStatus.Failed);
    }
}
