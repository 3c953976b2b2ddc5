namespace Muk.Build.Tasks.CSharp;

/// <summary>A line <c>#:kind text</c> at the head of a file-based program.</summary>
/// <param name="Kind"><c>package</c>, <c>property</c>, <c>sdk</c>, <c>project</c> or something unknown.</param>
/// <param name="Text">What follows, trimmed.</param>
/// <param name="Line">From 1.</param>
public sealed record Directive(string Kind, string Text, int Line)
{
    /// <summary>The directives of <paramref name="source"/>: they come before any code. Pure.</summary>
    public static IReadOnlyList<Directive> Read(string source)
    {
        var found = new List<Directive>();
        var number = 0;
        var inComment = false;
        foreach (var whole in source.Split('\n'))
        {
            number++;
            var line = whole.Trim();
            if (inComment || line.StartsWith("/*", StringComparison.Ordinal))
            {
                inComment = !line.Contains("*/", StringComparison.Ordinal);
            }
            else if (line.StartsWith("#:", StringComparison.Ordinal))
            {
                var words = line[2..].Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                found.Add(new(words.ElementAtOrDefault(0) ?? "", words.ElementAtOrDefault(1) ?? "", number));
            }
            else if (line.Length > 0 && line[0] != '#' && !line.StartsWith("//", StringComparison.Ordinal))
            {
                break;
            }
        }

        return found;
    }

    /// <summary>The name before <paramref name="separator"/> and what stands after it, "" for nothing.</summary>
    public (string Name, string Value) Split(char separator)
    {
        var at = Text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (Text, "") : (Text[..at].Trim(), Text[(at + 1)..].Trim());
    }
}
