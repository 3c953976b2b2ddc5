using Muk.Orchestrator.Cli.Processes;

namespace Muk.Orchestrator.Cli.Building;

/// <summary>Brings images up to date: asks MSBuild to, and only where something is newer than the last whole build.</summary>
public sealed class ImageBuild(ImageFolders folders)
{
    /// <summary>Whether a source, the build rules or the runtime has changed since everything was built.</summary>
    public bool IsStale()
    {
        var stamp = new FileInfo(folders.Stamp);
        return !stamp.Exists || new[]
        {
            folders.Sources,
            Path.Combine(folders.Root, "build-rules"),
            Path.Combine(folders.Root, "src", "Channel", "c"),
        }.Any(folder => Changed(new DirectoryInfo(folder), stamp.LastWriteTimeUtc));
    }

    /// <summary>Builds the named images, or all where there are no names.</summary>
    /// <param name="names">As pipelines call them.</param>
    /// <param name="diagnostic">Told each error and warning as it comes.</param>
    /// <param name="cancellation">Ends the build; images that were not finished are as they were.</param>
    /// <returns>What was built, and whether all of it succeeded.</returns>
    /// <exception cref="UserErrorException">The build itself could not run.</exception>
    public async Task<(BuildReport Report, bool Succeeded)> RunAsync(
        IReadOnlyList<string> names, Action<BuildDiagnostic> diagnostic, CancellationToken cancellation)
    {
        var began = DateTime.UtcNow; // Not the end: what is edited while it builds is stale the next time.
        var report = new BuildReport();
        List<string> log = [];
        var (status, _) = await ChildProcess.RunAsync(
            "dotnet",
            [
                "build", Path.Combine(folders.Root, "muks", "Muks.proj"), "-nologo", "-v:minimal", "-nodeReuse:false",
                $"-p:MukSources={folders.Sources}", $"-p:MukImages={folders.Images}",
                $"-p:MukObjects={Path.Combine(folders.Root, "artifacts", "obj", ObjectsName())}",
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
            cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (status != 0 && !report.Diagnostics.Any(found => found.IsError))
        {
            throw new UserErrorException(
                $"the build ended with status {status} and no error of its own: {string.Join(" / ", log.TakeLast(3))}", ExitStatus.Failed);
        }

        if (status == 0 && names.Count == 0)
        {
            Directory.CreateDirectory(folders.Images);
            await File.WriteAllTextAsync(folders.Stamp, "", cancellation);
            File.SetLastWriteTimeUtc(folders.Stamp, began);
        }

        return (report, status == 0);
    }

    /// <summary>Every folder of images keeps its intermediate files apart from those of others.</summary>
    private string ObjectsName() =>
        folders.Images == Path.Combine(folders.Root, "artifacts", "muks")
            ? "muks"
            : $"muks-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folders.Images)))[..12]}";

    private static bool Changed(DirectoryInfo folder, DateTime since) =>
        folder.Exists && (folder.LastWriteTimeUtc > since
            || folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Any(entry => entry.LastWriteTimeUtc > since));
}
