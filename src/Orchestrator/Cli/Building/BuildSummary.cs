namespace Muk.Orchestrator.Cli.Building;

/// <summary>Says what became of every image of a build.</summary>
public static class BuildSummary
{
    /// <summary>Name, <c>built</c>, <c>up to date</c>, <c>removed</c> or <c>failed</c>, and size in bytes (0 where there is none), by
    /// name.</summary>
    public static IReadOnlyList<(string Name, string Outcome, long Bytes)> Of(
        ImageFolders folders, IReadOnlyList<string> wanted, BuildReport report)
    {
        var names = (wanted.Count > 0 ? wanted : SourceNames(folders.Sources)).Distinct().ToList();
        return
        [
            .. names.Concat(report.Removed).Order(StringComparer.Ordinal).Select(name =>
            {
                var image = new FileInfo(Path.Combine(folders.Images, name + ".muk"));
                var outcome = report.Removed.Contains(name) ? "removed"
                    : report.Built.Contains(name) ? "built"
                    : !image.Exists || report.Diagnostics.Any(found => found.IsError && IsOf(folders, name, found.File)) ? "failed"
                    : "up to date";
                return (name, outcome, image.Exists && outcome != "failed" ? image.Length : 0);
            }),
        ];
    }

    /// <summary>What the sources are called: files of C and C#, and folders that hold one of the things that can be built.</summary>
    private static IEnumerable<string> SourceNames(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var files = Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".c" or ".cs")
            .Select(Path.GetFileNameWithoutExtension);
        var folders = Directory.EnumerateDirectories(folder).Where(IsSource).Select(Path.GetFileName);
        return files.Concat(folders).OfType<string>();
    }

    private static bool IsSource(string folder) =>
        File.Exists(Path.Combine(folder, "Makefile"))
        || File.Exists(Path.Combine(folder, "CMakeLists.txt"))
        || Directory.EnumerateFiles(folder).Any(f => Path.GetExtension(f) is ".c" or ".csproj");

    private static bool IsOf(ImageFolders folders, string name, string file) =>
        file == Path.Combine(folders.Sources, name + ".c")
        || file == Path.Combine(folders.Sources, name + ".cs")
        || file.StartsWith(Path.Combine(folders.Sources, name) + "/", StringComparison.Ordinal);
}
