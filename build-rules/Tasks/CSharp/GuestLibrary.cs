using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;

namespace Muk.Build.Tasks.CSharp;

/// <summary>The library that C# programs are given, <c>Muk.Channel.dll</c>: ports, rings and the ABI from <c>src/Channel</c>, compiled
/// once for all images.</summary>
internal sealed class GuestLibrary(BuildOptions options, IDiagnosticSink sink)
{
    private const string AssemblyFile = "Muk.Channel.dll";

    private static readonly string[] Parts = ["Abi", "Interop", "Rings", "Ports"];

    private readonly Lock _lock = new();
    private Task<string?>? _built;

    /// <summary>Its path, or null where it does not compile, which has been reported.</summary>
    public Task<string?> BuildAsync(CompilationPlan plan, CancellationToken cancel)
    {
        lock (_lock)
        {
            return _built ??= CompileAsync(plan, cancel);
        }
    }

    private async Task<string?> CompileAsync(CompilationPlan plan, CancellationToken cancel)
    {
        var folder = Path.Combine(options.ObjectFolder, Planner.FolderName, "library");
        var assembly = Path.Combine(folder, AssemblyFile);
        var channel = Path.GetDirectoryName(options.ChannelFolder)!;
        string[] sources =
        [
            .. Parts.Select(p => Path.Combine(channel, p)).Where(Directory.Exists)
                .SelectMany(p => Directory.EnumerateFiles(p, "*.cs", SearchOption.AllDirectories))
                .Where(p => !p.Contains("/obj/", StringComparison.Ordinal) && !p.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        string[] extra = ["/target:library", "/langversion:14", "/unsafe+", "/nullable:enable", "/warn:0", "/define:MUK_GUEST"];
        var stateFile = Path.Combine(folder, "state");
        var fingerprint = Fingerprints.Of([Fingerprints.Rules, plan.Identity, .. plan.Options, .. extra, .. sources]);
        if (InputState.Staleness(stateFile, fingerprint) is null)
        {
            return assembly;
        }

        var started = DateTime.UtcNow;
        // Of the plan's own sources only the implicit usings are the library's too.
        string[] all = [.. sources, .. plan.Sources.Where(s => s.EndsWith(".GlobalUsings.g.cs", StringComparison.Ordinal))];
        var (succeeded, said) = await new Roslyn(RuntimeLibrary.Name, options, sink).CompileAsync(plan, all, assembly, extra, cancel)
            .ConfigureAwait(false);
        foreach (var diagnostic in said.Where(d => d.Severity == Severity.Error))
        {
            sink.Report(diagnostic);
        }

        if (!succeeded)
        {
            return null;
        }

        InputState.Record(fingerprint, [assembly, .. sources], started, new HashSet<string> { assembly }).Save(stateFile);
        return assembly;
    }
}
