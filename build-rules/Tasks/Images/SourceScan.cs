using System.Text.RegularExpressions;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Images;

/// <summary>Finds the sources in a folder: <c>x.c</c>, <c>x/*.c</c>, <c>x/Makefile</c>, <c>x/CMakeLists.txt</c>,
/// <c>x.cs</c>, <c>x/*.csproj</c>.</summary>
/// <remarks>What starts with a dot or an underscore is no source; other files (a README, headers) are left alone.</remarks>
public static partial class SourceScan
{
    /// <summary>Longest name of an image.</summary>
    public const int NameCharactersMax = 31;

    /// <summary>The sources of <paramref name="folder"/> by name, and what is wrong with the others.</summary>
    public static (IReadOnlyList<MukSource> Sources, IReadOnlyList<Diagnostic> Problems) Scan(string folder)
    {
        var sources = new SortedDictionary<string, MukSource>(StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        foreach (var path in Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path)[0] is '.' or '_' || Recognise(path) is not { } source)
            {
                continue;
            }

            if (!NameShape().IsMatch(source.Name))
            {
                problems.Add(Diagnostic.Error(Codes.BadName, source.Files[0],
                    $"'{source.Name}' cannot be an image's name: letters, digits, '_' and '-', a letter first, "
                    + $"at most {NameCharactersMax}"));
            }
            else if (!sources.TryAdd(source.Name, source))
            {
                problems.Add(Diagnostic.Error(Codes.NameTwice, source.Files[0],
                    $"both this and {Path.GetFileName(sources[source.Name].Path)} would make {source.Name}.muk: rename one"));
                sources.Remove(source.Name);
            }
        }

        return ([.. sources.Values], problems);
    }

    private static MukSource? Recognise(string path)
    {
        if (!Directory.Exists(path))
        {
            SourceKind? kind = Path.GetExtension(path) switch { ".c" => SourceKind.File, ".cs" => SourceKind.CSharp, _ => null };
            return kind is null ? null : new(Path.GetFileNameWithoutExtension(path), kind.Value, path, [path]);
        }

        var name = Path.GetFileName(path);
        if (File.Exists(Path.Combine(path, "CMakeLists.txt")))
        {
            return new(name, SourceKind.CMake, path, Under(path, "*"));
        }

        if (File.Exists(Path.Combine(path, "Makefile")))
        {
            return new(name, SourceKind.Make, path, Under(path, "*"));
        }

        if (Directory.EnumerateFiles(path, "*.csproj").Any())
        {
            return new(name, SourceKind.CSharpProject, path,
                [.. Directory.EnumerateFiles(path, "*.csproj"), .. Under(path, "*.cs").Where(f => !IsBuilt(path, f))]);
        }

        var files = Under(path, "*.c");
        return files.Length > 0 ? new(name, SourceKind.Folder, path, files) : null;
    }

    private static string[] Under(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // What an editor's own build of the project leaves.
    private static bool IsBuilt(string folder, string file) =>
        Path.GetRelativePath(folder, file).Split('/')[0] is "obj" or "bin";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,30}$")]
    private static partial Regex NameShape();
}
