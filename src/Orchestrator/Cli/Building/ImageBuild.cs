using System.Security.Cryptography;
using System.Text;
using Muk.Orchestrator.Cli.Processes;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Cli.Building;

/// <summary>Brings images up to date with MSBuild: inside this process where the build rules themselves are built, else with
/// <c>dotnet build</c>, which builds them first. One build at a time for each folder of images, whoever asks.</summary>
public sealed class ImageBuild(ImageFolders folders) : IDisposable
{
    private WarmBuild? _warm;

    private string Objects => Path.Combine(folders.Root, "artifacts", "obj", ObjectsName());

    /// <summary>Whether a source, the build rules or the runtime has changed since everything was built.</summary>
    public bool IsStale()
    {
        var stamp = new FileInfo(folders.Stamp);
        return !stamp.Exists || IsAnyNewer(stamp, folders.Sources, In("build-rules"), In("src", "Channel"));
    }

    /// <summary>Builds the named images, or all where there are no names.</summary>
    /// <param name="names">As pipelines call them.</param>
    /// <param name="diagnostic">Told each error and warning.</param>
    /// <param name="cancellation">Ends the build; images that were not finished are as they were.</param>
    /// <returns>What was built, and whether all of it succeeded.</returns>
    /// <exception cref="UserErrorException">The build itself could not run.</exception>
    public async Task<(BuildReport Report, bool Succeeded)> RunAsync(
        IReadOnlyList<string> names, Action<BuildDiagnostic> diagnostic, CancellationToken cancellation)
    {
        var began = DateTime.UtcNow; // Not the end: what is edited while it builds is stale the next time.
        var report = new BuildReport();
        bool succeeded;
        using (await BuildLock.TakeAsync(Objects, cancellation))
        {
            succeeded = RulesAreBuilt()
                ? await WarmAsync(names, report, diagnostic, cancellation)
                : await WithDotnetAsync(names, report, diagnostic, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        if (succeeded && names.Count == 0)
        {
            Directory.CreateDirectory(folders.Images);
            await File.WriteAllTextAsync(folders.Stamp, "", cancellation);
            File.SetLastWriteTimeUtc(folders.Stamp, began);
        }

        return (report, succeeded);
    }

    public void Dispose() => _warm?.Dispose();

    /// <summary>Whether the tasks are newer than all they are made of.</summary>
    private bool RulesAreBuilt()
    {
        var tasks = new FileInfo(In("artifacts", "bin", "Muk.Build.Tasks", "debug", "Muk.Build.Tasks.dll"));
        return tasks.Exists && !IsAnyNewer(tasks, In("build-rules", "Tasks"), In("src", "Channel", "Abi"))
            && !Directory.EnumerateFiles(folders.Root, "Directory.*.props").Append(In("global.json"))
                .Any(file => File.GetLastWriteTimeUtc(file) > tasks.LastWriteTimeUtc);
    }

    private async Task<bool> WarmAsync(
        IReadOnlyList<string> names, BuildReport report, Action<BuildDiagnostic> diagnostic, CancellationToken cancellation)
    {
        BuildOutcome outcome;
        try
        {
            outcome = await Task.Run(() => (_warm ??= new(folders.Root)).Build(names, Properties(), cancellation), CancellationToken.None);
        }
        catch (FileNotFoundException missing)
        {
            throw new UserErrorException(missing.Message, ExitStatus.NotFound);
        }

        foreach (var line in outcome.Lines)
        {
            var found = line.Level == BuildLevel.Message
                ? report.Take(line.Text)
                : report.Take(new BuildDiagnostic(
                    line.File, line.Line, line.Column, line.Level == BuildLevel.Error ? "error" : "warning", line.Code, line.Text));
            if (found is not null)
            {
                diagnostic(found);
            }
        }

        return outcome.Succeeded;
    }

    private async Task<bool> WithDotnetAsync(
        IReadOnlyList<string> names, BuildReport report, Action<BuildDiagnostic> diagnostic, CancellationToken cancellation)
    {
        List<string> log = [];
        using var scratch = new ScratchFolder();
        var (status, _) = await ChildProcess.RunAsync(
            "dotnet",
            [
                "build", In("muks", "Muks.proj"), "-nologo", "-v:minimal", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                .. Properties().Select(property => $"-p:{property.Key}={property.Value}"),
                .. names.Count == 0 ? Array.Empty<string>() : [$"-p:MukNames={string.Join("%3B", names)}"],
            ],
            folders.Root,
            line =>
            {
                log.Add(line);
                if (report.Take(line) is { } found)
                {
                    diagnostic(found);
                }
            },
            scratch.Environment,
            cancellation);
        return status == 0 || report.Diagnostics.Any(found => found.IsError)
            ? status == 0
            : throw new UserErrorException(
                $"the build ended with status {status} and no error of its own: {string.Join(" / ", log.TakeLast(3))}", ExitStatus.Failed);
    }

    private Dictionary<string, string> Properties() => new()
    {
        ["MukSources"] = folders.Sources,
        ["MukImages"] = folders.Images,
        ["MukObjects"] = Objects,
    };

    private string In(params string[] path) => Path.Combine([folders.Root, .. path]);

    /// <summary>Every folder of images keeps its intermediate files apart from those of others.</summary>
    private string ObjectsName() => folders.Images == In("artifacts", "muks")
        ? "muks"
        : $"muks-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folders.Images)))[..12]}";

    private static bool IsAnyNewer(FileInfo than, params string[] paths) => paths.Select(path => new DirectoryInfo(path)).Any(folder =>
        folder.Exists && (folder.LastWriteTimeUtc > than.LastWriteTimeUtc
            || folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Any(entry =>
                entry.LastWriteTimeUtc > than.LastWriteTimeUtc)));
}
