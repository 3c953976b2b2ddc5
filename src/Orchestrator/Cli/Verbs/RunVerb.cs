using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk run 'a | b'</c>: standard input into the first stage, standard output from the last.</summary>
public sealed class RunVerb : IVerb
{
    private static readonly VerbOption In = new("--in", "FILE", "read the input from here instead of standard input");
    private static readonly VerbOption Out = new("--out", "FILE", "write the output here instead of to standard output");
    private static readonly VerbOption Machine = new("--machine", "auto|kvm|process", "what owns the cores; auto measures and chooses");
    private static readonly VerbOption ShareCores = new("--share-cores", null, "let stages share cores where there are too few");
    private static readonly VerbOption Stats = new("--stats", null, "say at the end what every stage did and cost, on standard error");
    private static readonly VerbOption Json = new("--json", null, "with --stats: as JSON");
    private static readonly VerbOption Timeout = new("--timeout", "TIME", "end everything after this long, such as 500ms, 30s or 2m");
    private static readonly VerbOption Memory = new("--memory", "SIZE", "each stage's limit, such as 64M; else its image's own");
    private static readonly VerbOption Grant = new("--grant", "PATH[:rw][,...]", "what stages may open, read only without :rw");

    public VerbSpec Spec { get; } = new(
        "run",
        "runs a pipeline: standard input into its first stage, its last stage's output to standard output",
        "'<stage> | <stage> ...'",
        1,
        [In, Out, Machine, ShareCores, Stats, Json, Timeout, Memory, Grant],
        [
            "A stage is an image's name and its arguments: 'top n=10'. Each stage has a core of its own; where there are too few, run "
            + "refuses unless --share-cores is there. Images whose sources have changed are built first. What stages write to standard "
            + "error comes out with their names in front. The exit status is that of the first stage that failed.",
            "A stage sees no file of the host but what --grant names, at the same path as here.",
        ],
        [
            ("muk run 'tokenize | count | top n=10' < text", "the ten most frequent words"),
            ("muk run 'gen count=1000000 | fir | stats' --stats", "typed messages between stages, and what each stage did"),
            ("muk run spin --timeout 2s", "ends with status 124"),
            ("muk run 'index dir=/srv/texts' --grant /srv/texts --memory 256M", "files to read, and a limit"),
        ]);

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        if (line.Arguments is not [var words])
        {
            throw UserErrorException.Usage("run needs a pipeline, such as muk run 'tokenize | count'");
        }

        if (line.Has(Json) && !line.Has(Stats))
        {
            throw UserErrorException.Usage("--json goes with --stats");
        }

        var machine = ParseMachine(line.Value(Machine));
        var timeout = line.Time(Timeout);
        var memory = line.Value(Memory) is { } size ? StageLimits.ParseMemory(size) : 0;
        var grants = line.Value(Grant) is { } paths ? StageLimits.ParseGrants(paths) : [];
        var text = PipelineText.Parse(words);
        var folders = ImageFolders.Find();
        await UpToDate.EnsureAsync(folders, terminal, cancellation);
        var plan = Plans.Link(text, ImageCatalog.Load(folders.Images));

        using var input = line.Value(In) is { } inPath ? UserFiles.OpenToRead(inPath) : null;
        using var output = line.Value(Out) is { } outPath ? UserFiles.OpenToWrite(outPath) : null;
        var options = new RunOptions
        {
            Machine = machine,
            Sharing = line.Has(ShareCores) ? CoreSharing.Allow : CoreSharing.Refuse,
            Timeout = timeout,
            MemoryBytes = memory,
            Files = grants,
            Input = input is null ? PipelineInput.Standard() : new PipelineInput.Descriptor(input),
            Output = output is null ? PipelineOutput.Standard() : new PipelineOutput.Descriptor(output),
        };
        await using var engine = Engine.Start();
        var result = await engine.Runner.RunAsync(plan, options, new RunPrinter(terminal), cancellation);
        RunPrinter.Conclude(terminal, result);
        if (line.Has(Stats))
        {
            if (line.Has(Json))
            {
                RunStatistics.WriteJson(terminal.Error, result);
            }
            else
            {
                RunStatistics.Write(terminal.Error, result);
            }
        }

        return result.Status;
    }

    /// <summary>Reads the machine's name; null is <c>auto</c>.</summary>
    /// <exception cref="UserErrorException">There is no such machine.</exception>
    public static MachineRequest ParseMachine(string? name) => name switch
    {
        null or "auto" => MachineRequest.Auto,
        "kvm" => MachineRequest.Kvm,
        "process" => MachineRequest.Process,
        _ => throw UserErrorException.Usage($"'{name}' is no machine: write auto, kvm or process"),
    };
}
