using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>What all C# programs of a build share: plans, the guests' library, and the C runtime with what .NET needs of it.</summary>
internal sealed class CSharpTools(
    BuildOptions options, Toolchain tools, Flags flags, Runtime runtime, string identity, IDiagnosticSink sink)
{
    /// <summary>Folder of what .NET needs of C beside the runtime, under the options' <c>ChannelFolder</c>.</summary>
    private const string Folder = "dotnet";

    private readonly Lock _lock = new();
    private Task<Runtime?>? _runtime;

    public Planner Planner { get; } = new(options);

    public GuestLibrary Library { get; } = new(options, sink);

    /// <summary>The library and the runtime, or null where one of them does not compile, which has been reported.</summary>
    public async Task<(string Library, Runtime Runtime)?> BuildAsync(CancellationToken cancel)
    {
        var plain = new MukSource(RuntimeLibrary.Name, SourceKind.CSharp, options.SourceFolder, [options.SourceFolder]);
        var (plan, problems) = await Planner.PlanAsync(plain, [], cancel).ConfigureAwait(false);
        foreach (var problem in problems)
        {
            sink.Report(problem);
        }

        if (plan is null || await Library.BuildAsync(plan, cancel).ConfigureAwait(false) is not { } library)
        {
            return null;
        }

        Task<Runtime?> compiling;
        lock (_lock)
        {
            compiling = _runtime ??= new RuntimeLibrary(options, tools, flags, sink, Folder).BuildAsync(identity, cancel);
        }

        return await compiling.ConfigureAwait(false) is { } more
            ? (library, new([.. more.Objects, .. runtime.Objects], Fingerprints.Of([more.Hash, runtime.Hash])))
            : null;
    }
}
