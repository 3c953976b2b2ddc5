using System.Globalization;
using System.Text.RegularExpressions;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Tools;

/// <summary>Reads lld's errors: a line <c>ld.lld: error: text</c> and lines that start with <c>&gt;&gt;&gt;</c> under it.</summary>
public static partial class LinkerOutput
{
    /// <summary>The errors in <paramref name="text"/>, at least one.</summary>
    /// <param name="text">What the linker printed.</param>
    /// <param name="blame">The file an error belongs to that names none.</param>
    /// <param name="folder">What relative names are relative to.</param>
    public static IReadOnlyList<Diagnostic> Parse(string text, string blame, string folder) =>
        Find(text, blame, folder) is { Count: > 0 } found
            ? found
            : [Diagnostic.Error(Codes.LinkFailed, blame, $"the linker failed: {Compiler.OneLine(text)}")];

    /// <summary>The same for text of which the linker wrote a part, or none.</summary>
    public static IReadOnlyList<Diagnostic> Find(string text, string blame, string folder)
    {
        var found = new List<Diagnostic>();
        foreach (var line in text.Split('\n'))
        {
            var error = Error().Match(line);
            if (error.Success)
            {
                found.Add(Diagnostic.Error(Codes.LinkFailed, blame, error.Groups["text"].Value));
            }
            else if (found.Count > 0 && found[^1].Line == 0 && Reference().Match(line) is { Success: true } reference)
            {
                found[^1] = found[^1] with
                {
                    File = Path.GetFullPath(reference.Groups["file"].Value, folder),
                    Line = int.Parse(reference.Groups["line"].Value, CultureInfo.InvariantCulture),
                };
            }
        }

        return found;
    }

    [GeneratedRegex(@"^\S*ld\.lld\S*: error: (?<text>.*)$")]
    private static partial Regex Error();

    // >>> referenced by x.c:12 (muks/x.c:12)
    [GeneratedRegex(@"^>>> (?:referenced by|defined at) .*\((?<file>[^()]+):(?<line>\d+)\)$")]
    private static partial Regex Reference();
}
