using System.Globalization;
using System.Text.RegularExpressions;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Tools;

/// <summary>Reads clang's diagnostics, printed without carets: <c>file:line:col: warning: text [-Wname]</c>.</summary>
public static partial class CompilerOutput
{
    /// <summary>The diagnostics in <paramref name="text"/>, each once, notes joined to what they belong to.</summary>
    /// <param name="text">What the compiler printed.</param>
    /// <param name="folder">Where it ran: what relative file names are relative to.</param>
    public static IReadOnlyList<Diagnostic> Parse(string text, string folder)
    {
        var found = new List<Diagnostic>();
        foreach (var line in text.Split('\n'))
        {
            var match = Shape().Match(line);
            if (!match.Success)
            {
                continue;
            }

            var file = Path.GetFullPath(match.Groups["file"].Value, folder);
            var lineNumber = int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture);
            var column = int.Parse(match.Groups["column"].Value, CultureInfo.InvariantCulture);
            var message = match.Groups["text"].Value;
            if (match.Groups["kind"].Value == "note")
            {
                if (found.Count > 0)
                {
                    var about = found[^1];
                    found[^1] = about with { Message = $"{about.Message}; {message} ({Path.GetFileName(file)}:{lineNumber})" };
                }

                continue;
            }

            var option = match.Groups["option"].Value;
            var severity = match.Groups["kind"].Value == "warning" ? Severity.Warning : Severity.Error;
            found.Add(new(severity, option.Length > 0 ? option : "clang", file, lineNumber, column, message));
        }

        // A header's warning comes once for every source that includes it.
        return [.. found.Distinct()];
    }

    [GeneratedRegex(
        @"^(?<file>[^:\s][^:]*):(?<line>\d+):(?<column>\d+): (?:fatal )?(?<kind>warning|error|note): "
        + @"(?<text>.*?)(?: \[(?:-Werror,)?(?<option>-W[^\]]+)\])?$")]
    private static partial Regex Shape();
}
