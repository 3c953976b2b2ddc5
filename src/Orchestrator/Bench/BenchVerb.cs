using System.Globalization;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Nodes;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench ring|call|compute|start</c>.</summary>
public sealed class BenchVerb : IVerb
{
    private static readonly VerbOption JsonOption = new("--json", null, "the raw rounds and the rows as JSON lines instead of the table");
    private static readonly VerbOption QuickOption = new("--quick", null, "two tiny rounds, to see that everything runs; never quote them");
    private static readonly VerbOption RoundsOption = new("--rounds", "N", "rounds of every cell (11)");
    private static readonly VerbOption CoresOption = new("--cores", "A,B", "the two cores to measure on");
    private static readonly VerbOption SeedOption = new("--seed", "N", "of the order within the rounds");

    private static readonly IReadOnlyList<IBenchmark> Benchmarks =
    [
        new RingBench(), new CallBench(), new BenchSeries("compute", new ComputeBench(), new DotnetComputeBench()),
        new BenchSeries("start", new StartBench(), new DotnetStartBench(), new EditBench(), new DotnetEditBench()),
    ];

    public VerbSpec Spec { get; } = new(
        "bench",
        "what rings and dedicated cores are worth on this machine, against what others offer",
        "ring|call|compute|start",
        1,
        [JsonOption, QuickOption, RoundsOption, CoresOption, SeedOption],
        [
            "Every figure is a ratio measured within one run on the same two cores: over F, the round trip of one bare cache line "
            + "taken before and after each cell, or over a peer measured next to it. "
            + "Nanoseconds are in the notes and carry over to no other machine.",
            "Cells that were disturbed (F drifted by more than 15 %, the hypervisor took more than 1 %) are measured again, "
            + "up to five times; every row says which of its limits are met. "
            + "The raw rounds of the last run are kept in artifacts/bench.",
        ],
        [("muk bench ring", "rings against the packaged ones"), ("muk bench start --json", "starting MUKs, as JSON lines")]);

    public Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var name = line.Arguments is [var given] ? given : throw UserErrorException.Usage("muk bench what? ring, call, compute or start");
        var benchmark = Benchmarks.FirstOrDefault(b => b.Name == name)
            ?? throw UserErrorException.Usage($"muk bench has no '{name}': write ring, call, compute or start");
        var root = RepositoryRoot.Around(AppContext.BaseDirectory)
            ?? throw new UserErrorException("the benchmarks need Muk's repository around the program: run them from a clone",
                ExitStatus.NotFound);
        var effort = line.Has(QuickOption) ? Effort.Quick : Effort.Full;
        effort = effort with { Rounds = Number(line, RoundsOption) ?? effort.Rounds };
        return Task.FromResult(Run(benchmark, root, effort, line, terminal, cancellation));
    }

    private static int Run(
        IBenchmark benchmark, string root, Effort effort, CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        List<string> records = [];
        var progress = new ProgressLine(terminal.Error, !Console.IsErrorRedirected);
        var cores = CorePair.Choose(line.Value(CoresOption));
        var seed = Number(line, SeedOption) ?? Random.Shared.Next();
        var context = new BenchContext(root, cores, effort, seed, records.Add, progress.Show);
        var rows = benchmark.Run(context, cancellation);
        progress.Clear();
        records.AddRange(rows.Select(RawRecords.Row));
        var kept = Path.Combine(root, "artifacts/bench", $"last-{benchmark.Name}.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        File.WriteAllLines(kept, records);
        foreach (var text in line.Has(JsonOption) ? records : [.. TableText.Lines(rows)])
        {
            terminal.Out.WriteLine(text);
        }

        terminal.Say(context.IsQuick ? "a quick run shows that everything works; its figures mean nothing" : $"raw rounds: {kept}");
        return ExitStatus.Ok;
    }

    private static int? Number(CommandLine line, VerbOption option) => line.Value(option) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw UserErrorException.Usage($"{option.Name} {text} is no positive number");
}
