using System.Runtime.InteropServices;
using Muk.Build.Tasks.CSharp;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>Builds sources into images: the one implementation behind the MSBuild task and whoever else builds.</summary>
/// <remarks>Each source is on its own: what is wrong with one is reported, and the others are built.</remarks>
public sealed class ImageBuilder(BuildOptions options, IDiagnosticSink sink)
{
    /// <summary>Brings the images of <paramref name="sources"/> up to date.</summary>
    /// <returns>The names of the images that could not be built.</returns>
    /// <exception cref="ToolException">A tool is missing; nothing was built.</exception>
    public async Task<IReadOnlyList<string>> BuildAsync(IReadOnlyList<MukSource> sources, CancellationToken cancel)
    {
        var tools = Toolchain.Find(options.SearchPath, options.Tools);
        if (options.Tools.LibClang.Length > 0)
        {
            LoadLibClang(tools.LibClang);
        }

        Directory.CreateDirectory(options.ImageFolder);
        Directory.CreateDirectory(options.ObjectFolder);
        var flags = new Flags(tools, options);
        var identity = await tools.IdentityAsync(Path.Combine(options.ObjectFolder, "toolchain"), cancel).ConfigureAwait(false);
        var runtimeErrors = new FirstError(sink);
        var runtime = await new RuntimeLibrary(options, tools, flags, runtimeErrors).BuildAsync(identity, cancel).ConfigureAwait(false);
        if (runtime is null)
        {
            foreach (var source in sources)
            {
                new FailureNote(options, source.Name).Write(runtimeErrors.Error, options.WorkFolder);
            }

            return [.. sources.Select(s => s.Name)];
        }

        var csharp = new CSharpTools(options, tools, flags, runtime, identity, sink);
        var failed = new List<string>();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancel };
        await Parallel.ForEachAsync(sources, limits, async (source, stop) =>
        {
            var errors = new FirstError(sink);
            var note = new FailureNote(options, source.Name);
            var build = new SourceBuild(source, options, tools, flags, runtime, identity, csharp, errors);
            if (await build.RunAsync(stop).ConfigureAwait(false))
            {
                note.Remove();
            }
            else
            {
                note.Write(errors.Error, options.WorkFolder);
                lock (failed)
                {
                    failed.Add(source.Name);
                }
            }
        }).ConfigureAwait(false);
        failed.Sort(StringComparer.Ordinal);
        return failed;
    }

    // The loader knows a library by the name it has inside, so what is loaded first is what the imports find.
    private static void LoadLibClang(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            throw new ToolException($"{path} cannot be loaded as libclang: {Compiler.OneLine(problem.Message)}");
        }
    }

    /// <summary>Removes images that this builder made and that none of <paramref name="sources"/> makes any more.</summary>
    public void Prune(IReadOnlyList<MukSource> sources)
    {
        if (!Directory.Exists(options.ObjectFolder))
        {
            return;
        }

        // A source that never built has a folder without a state, and a note.
        var wanted = sources.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories(options.ObjectFolder))
        {
            var name = Path.GetFileName(folder);
            if (name[0] == '(' || wanted.Contains(name))
            {
                continue;
            }

            new FailureNote(options, name).Remove();
            if (!File.Exists(Path.Combine(folder, SourceBuild.StateName)))
            {
                continue;
            }

            var image = Path.Combine(options.ImageFolder, name + ".muk");
            File.Delete(image);
            File.Delete(image + ".debug");
            Directory.Delete(folder, recursive: true);
            sink.Step(new(name, StepKind.Remove, image));
        }
    }
}
