using System.Diagnostics;
using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;
using Muk.Orchestrator.Cli.Building;

namespace Muk.Orchestrator.Bench;

/// <summary>Edit one C# file → its new image: inside a running <c>muk</c>, and by a new <c>./muk build NAME</c>.</summary>
public sealed class DotnetEditBench : IBenchmark
{
    private const string Edited = "edited";
    private const string Warm = "C# edit: inside a running muk";
    private const string Fresh = "C# edit: ./muk build";
    private const double MillisecondsAtMost = 6000;

    // Each takes seconds.
    private const int RoundsMax = 5;

    public string Name => "edit";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        if (new GuestBuild(context.Root).BuildDotnet(context.Progress) is { } missing)
        {
            return [new("", "edit one C# file → its new image", "", null, "ms", Note: missing)];
        }

        var folder = Path.Combine(context.Root, "artifacts/bench/edit-dotnet");
        var sources = Directory.CreateDirectory(Path.Combine(folder, "sources")).FullName;
        foreach (var settings in Directory.GetFiles(Path.Combine(context.Root, "muks"), "Directory.*.props"))
        {
            File.Copy(settings, Path.Combine(sources, Path.GetFileName(settings)), overwrite: true);
        }

        var folders = new ImageFolders(context.Root, sources, Path.Combine(folder, "images"));
        var source = Path.Combine(sources, $"{Edited}.cs");
        var text = File.ReadAllText(Path.Combine(context.Root, "muks/median.cs"));
        var samples = new SampleTable(context.Record);
        using var build = new ImageBuild(folders);
        Edit(source, text, "before the first");
        EditBench.Inside(build, cancellation); // The first loads MSBuild, asks the SDK for the plan, and builds the library.
        for (var round = 0; round < Math.Min(context.Effort.Rounds, RoundsMax); round++)
        {
            Measure(Warm, () => EditBench.Inside(build, cancellation));
            Measure(Fresh, () => EditBench.Launch(folders));

            void Measure(string name, Action work)
            {
                cancellation.ThrowIfCancellationRequested();
                context.Progress($"C# edit {round + 1}");
                Edit(source, text, $"{context.Seed} {round} {name}");
                var started = Stopwatch.GetTimestamp();
                work();
                samples.Add(name, round, Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
            }
        }

        return [Row("inside a running muk (--watch, REPL)", Warm), Row("./muk build NAME", Fresh)];

        BenchRow Row(string how, string name) => new("", "edit one C# file → its new image", how, samples.Of(name), "ms",
            new(Better.Lower, MillisecondsAtMost));
    }

    // A change that the compilers have to look at and that the image's bytes depend on.
    private static void Edit(string source, string text, string what) => File.WriteAllText(source,
        text.Replace("is not width=1 to", $"({what}) is not width=1 to", StringComparison.Ordinal));
}
