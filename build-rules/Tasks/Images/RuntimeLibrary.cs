using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>The C runtime (<c>src/Channel/c/runtime</c>) as bitcode, compiled once for all images.</summary>
/// <param name="Objects">Bitcode files, linked like a library: only what an image refers to gets into it.</param>
/// <param name="Hash">Changes when any of them does.</param>
public sealed record Runtime(IReadOnlyList<string> Objects, string Hash);

/// <summary>Brings the runtime's bitcode up to date, or that of another folder under the same one.</summary>
internal sealed class RuntimeLibrary(
    BuildOptions options, Toolchain tools, Flags flags, IDiagnosticSink sink, string part = RuntimeLibrary.Part)
{
    public const string Name = "(runtime)";

    private const string Part = "runtime";

    /// <summary>The runtime, or null when it does not compile, which has been reported.</summary>
    public async Task<Runtime?> BuildAsync(string identity, CancellationToken cancel)
    {
        var folder = Path.Combine(options.ChannelFolder, part);
        string[] sources = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.c").Order(StringComparer.Ordinal)]
            : [];
        var objectFolder = Path.Combine(options.ObjectFolder, $"({part})");
        Directory.CreateDirectory(objectFolder);
        var stateFile = Path.Combine(objectFolder, SourceBuild.StateName);
        var hashFile = Path.Combine(objectFolder, "hash");
        string[] objects = [.. sources.Select(s => Path.Combine(objectFolder, Path.GetFileName(s) + ".o"))];
        var fingerprint = Fingerprints.Of([tools.Stamp(), .. flags.Compile, .. sources, Fingerprints.Rules]);
        if (InputState.Staleness(stateFile, fingerprint) is null && File.Exists(hashFile))
        {
            return new(objects, await File.ReadAllTextAsync(hashFile, cancel).ConfigureAwait(false));
        }

        var started = DateTime.UtcNow;
        File.Delete(stateFile);
        var compiler = new Compiler(Name, options, tools, flags, sink);
        var compiling = sources.Zip(objects, (s, o) => compiler.CompileAsync(s, o, Flags.Runtime, cancel));
        var results = await Task.WhenAll(compiling).ConfigureAwait(false);
        foreach (var diagnostic in results.SelectMany(r => r.Diagnostics).Distinct())
        {
            sink.Report(diagnostic);
        }

        if (results.Any(r => !r.Succeeded))
        {
            return null;
        }

        var inputs = results.SelectMany(r => r.Inputs).Distinct().Order(StringComparer.Ordinal).ToArray();
        var state = InputState.Record(fingerprint, [.. objects, .. inputs], started, objects.ToHashSet());
        var contents = state.Hashes.Where(h => !objects.Contains(h.Path)).Select(h => h.Hash);
        var hash = Fingerprints.Of([identity, options.March, options.Optimise, .. options.CompilerArguments, .. contents]);
        await File.WriteAllTextAsync(hashFile, hash, cancel).ConfigureAwait(false);
        state.Save(stateFile);
        return new(objects, hash);
    }
}
