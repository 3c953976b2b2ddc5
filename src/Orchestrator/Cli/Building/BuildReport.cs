using System.Text.RegularExpressions;

namespace Muk.Orchestrator.Cli.Building;

/// <summary>What a build said, taken from MSBuild's output: diagnostics in the form editors know, and which images are new.</summary>
/// <remarks>MSBuild writes <c>file(line,column): error CODE: text [project]</c> ("canonical form", MSBuild's documentation) and the
/// build rules a line <c>name: built: detail</c> for each image. Not thread safe.</remarks>
public sealed partial class BuildReport
{
    private readonly List<BuildDiagnostic> _diagnostics = [];
    private readonly HashSet<string> _built = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [];

    /// <summary>Errors and warnings in the order they came, each once.</summary>
    public IReadOnlyList<BuildDiagnostic> Diagnostics => _diagnostics;

    /// <summary>Names of the images that were built.</summary>
    public IReadOnlySet<string> Built => _built;

    /// <summary>Names of the images that were removed because their sources are gone.</summary>
    public IReadOnlyList<string> Removed => _removed;

    /// <summary>Takes one line of MSBuild's output; the new diagnostic in it, or null.</summary>
    public BuildDiagnostic? Take(string line)
    {
        if (Diagnostic().Match(line) is { Success: true } found)
        {
            var diagnostic = new BuildDiagnostic(
                found.Groups["file"].Value.Trim(),
                found.Groups["line"].Success ? int.Parse(found.Groups["line"].ValueSpan, provider: null) : 0,
                found.Groups["column"].Success ? int.Parse(found.Groups["column"].ValueSpan, provider: null) : 0,
                found.Groups["severity"].Value,
                found.Groups["code"].Value,
                found.Groups["text"].Value.Trim());
            return Take(diagnostic);
        }

        if (Step().Match(line) is { Success: true } step)
        {
            if (step.Groups["what"].Value == "built")
            {
                _built.Add(step.Groups["name"].Value);
            }
            else
            {
                _removed.Add(step.Groups["name"].Value);
            }
        }

        return null;
    }

    /// <summary>Takes a diagnostic; null where it was there already.</summary>
    public BuildDiagnostic? Take(BuildDiagnostic diagnostic)
    {
        if (_diagnostics.Contains(diagnostic))
        {
            return null;
        }

        _diagnostics.Add(diagnostic);
        return diagnostic;
    }

    [GeneratedRegex(
        @"^\s*(?<file>[^():]+?)(\((?<line>[0-9]{1,9})(,(?<column>[0-9]{1,9})(,[0-9]+,[0-9]+)?)?\))?\s*: "
        + @"(?<severity>error|warning)( (?<code>[A-Za-z]\w*))?: (?<text>.*?)( \[[^\]]*proj\])?$")]
    private static partial Regex Diagnostic();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9_.-]+): (?<what>built|removed)\b")]
    private static partial Regex Step();
}

/// <summary>An error or a warning about a source. Line and column count from 1; 0 for none.</summary>
public sealed record BuildDiagnostic(string File, int Line, int Column, string Severity, string Code, string Text)
{
    public bool IsError => Severity == "error";

    /// <summary><c>file:line:column: error: text</c>, the file as seen from <paramref name="folder"/> where it lies in it.</summary>
    public string Spell(string folder)
    {
        var file = Path.IsPathRooted(File) && Path.GetRelativePath(folder, File) is var near
            && !near.StartsWith("..", StringComparison.Ordinal)
            ? near
            : File;
        var place = Line == 0 ? file : Column == 0 ? $"{file}:{Line}" : $"{file}:{Line}:{Column}";
        return $"{place}: {Severity}: {Text}";
    }
}
