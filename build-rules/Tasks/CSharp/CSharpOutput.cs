using System.Globalization;
using System.Text.RegularExpressions;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.CSharp;

/// <summary>Reads diagnostics in MSBuild's canonical form, which Roslyn, the native compiler and MSBuild itself print:
/// <c>file(line,column): category warning CODE: text [project]</c>.</summary>
internal static partial class CSharpOutput
{
    /// <summary>The diagnostics in <paramref name="text"/>, each once.</summary>
    /// <param name="text">What a tool printed.</param>
    /// <param name="folder">What relative file names are relative to.</param>
    public static IReadOnlyList<Diagnostic> Parse(string text, string folder)
    {
        var found = new List<Diagnostic>();
        foreach (var line in text.Split('\n'))
        {
            var match = Shape().Match(line.TrimEnd('\r'));
            if (!match.Success)
            {
                continue;
            }

            var severity = match.Groups["kind"].Value == "warning" ? Severity.Warning : Severity.Error;
            var origin = match.Groups["file"].Value;
            var named = origin.Contains('/', StringComparison.Ordinal) || match.Groups["line"].Success;
            found.Add(new(
                severity, match.Groups["code"].Value, named ? Path.GetFullPath(origin, folder) : "",
                Number(match, "line"), Number(match, "column"), match.Groups["text"].Value));
        }

        return [.. found.Distinct()];
    }

    private static int Number(Match match, string group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^\s*(?<file>[^:]+?)\s*(?:\((?<line>\d+)(?:,(?<column>\d+))?(?:,\d+,\d+)?\))?\s*: (?:[A-Za-z]+ analysis )?"
        + @"(?<kind>warning|error) (?<code>[A-Z]+\d+): (?<text>.*?)(?: \[[^\]]*proj\])?$")]
    private static partial Regex Shape();
}
