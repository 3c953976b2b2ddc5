using System.Diagnostics;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Cli.Building;

namespace Muk.Orchestrator.Bench;

/// <summary>Edit one C file → its new image: inside a running <c>muk</c>, as <c>build --watch</c> and the REPL do it, and by a new
/// <c>./muk build NAME</c>, beside a bare compiler and linker over the same file.</summary>
/// <remarks>A running muk hears of an edit from the file system and then waits a moment for the editor to finish
/// (<see cref="SourceWatcher"/>); that moment is not in the figure.</remarks>
public sealed class EditBench : IBenchmark
{
    private const string Edited = "edited";
    private const string Warm = "edit: inside a running muk";
    private const string Fresh = "edit: ./muk build";
    private const string Bare = "edit: clang and lld alone";
    private const string BareAgain = "edit: clang and lld alone, again";
    private const string Libc = "/usr/lib/x86_64-linux-musl";

    // Rounds of a full run at least: the goal is a median of edits.
    private const int RoundsMin = 9;

    public string Name => "edit";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var folder = Path.Combine(context.Root, "artifacts/bench/edit");
        var sources = Directory.CreateDirectory(Path.Combine(folder, "sources")).FullName;
        var folders = new ImageFolders(context.Root, sources, Path.Combine(folder, "images"));
        var source = Path.Combine(sources, $"{Edited}.c");
        var text = File.ReadAllText(Path.Combine(context.Root, "muks/count.c"));
        var samples = new SampleTable(context.Record);
        using var build = new ImageBuild(folders);
        Inside(build, source, text, cancellation); // The first loads MSBuild, and builds the runtime for these flags.
        var rounds = context.IsQuick ? context.Effort.Rounds : Math.Max(context.Effort.Rounds, RoundsMin);
        var random = new Random(context.Seed);
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Progress($"edit {round + 1} of {rounds}");
            (string Name, Action Build)[] turns =
            [
                (Warm, () => Inside(build, cancellation)), (Fresh, () => Launch(folders)), (Bare, () => Alone(source, folder)),
                (BareAgain, () => Alone(source, folder)),
            ];
            random.Shuffle(turns);
            foreach (var (name, work) in turns)
            {
                Edit(source, text, $"{context.Seed} {round} {name}");
                var started = Stopwatch.GetTimestamp();
                work();
                samples.Add(name, round, Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
            }
        }

        return
        [
            BenchRow.Control("edit one C file", "clang and lld", samples.Ratio(BareAgain, Bare)),
            Row("inside a running muk (--watch, REPL)", Warm), Row("./muk build NAME", Fresh),
            new("", "edit one C file → its object and program", "clang -O2 -c and ld.lld alone", samples.Of(Bare), "ms"),
            Over("inside a running muk", Warm), Over("./muk build NAME", Fresh),
        ];

        BenchRow Row(string how, string name) => new("", "edit one C file → its new image", how, samples.Of(name), "ms",
            new(Better.Lower, 500), new(Better.Lower, 250));

        BenchRow Over(string how, string name) => new("", "edit one C file", $"{how} over clang and lld alone",
            samples.Ratio(name, Bare), "×");
    }

    // A change that the compiler has to look at and that the image's bytes depend on.
    private static void Edit(string source, string text, string what) =>
        File.WriteAllText(source, $"{text}\nconst char edit_of_the_benchmark[] = \"{what}\";\n");

    private static void Inside(ImageBuild build, string source, string text, CancellationToken cancellation)
    {
        Edit(source, text, "before the first");
        Inside(build, cancellation);
    }

    /// <summary>Builds what was edited in this process.</summary>
    internal static void Inside(ImageBuild build, CancellationToken cancellation)
    {
        List<string> said = [];
        var (report, succeeded) = build.RunAsync([Edited], d => said.Add(d.Text), cancellation).GetAwaiter().GetResult();
        if (!succeeded || !report.Built.Contains(Edited))
        {
            throw new UserErrorException($"the edited file was not built: {string.Join("; ", said)}", ExitStatus.Failed);
        }
    }

    /// <summary>Builds what was edited with a new <c>./muk build</c>.</summary>
    internal static void Launch(ImageFolders folders)
    {
        var said = Tool.Run(Path.Combine(folders.Root, "muk"), ["build", Edited], new Dictionary<string, string>
        {
            [ImageFolders.SourcesVariable] = folders.Sources,
            [Images.ImageCatalog.FolderVariable] = folders.Images,
        });
        if (!said.Contains("built", StringComparison.Ordinal))
        {
            throw new UserErrorException($"./muk build did not build the edited file: {said}", ExitStatus.Failed);
        }
    }

    // As the build rules call them, without what they add: no bitcode, no manifest, no check.
    private static void Alone(string source, string folder)
    {
        var made = Path.Combine(folder, Edited);
        Tool.Run("clang-19", ["--target=x86_64-linux-musl", "-idirafter", "/usr/include/x86_64-linux-musl", "-O2", "-g", "-fPIE", "-c",
            source, "-o", $"{made}.o"]);
        Tool.Run("ld.lld-19", ["-static", "-pie", "--no-dynamic-linker", $"{Libc}/rcrt1.o", $"{Libc}/crti.o", $"{made}.o",
            $"{Libc}/libc.a", $"{Libc}/crtn.o", "-o", made]);
    }
}
