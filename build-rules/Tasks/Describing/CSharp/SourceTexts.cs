using System.Text.RegularExpressions;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>The program's sources as text: debug information has places of statements but not of types and fields.</summary>
/// <param name="files">Absolute.</param>
internal sealed class SourceTexts(IReadOnlyList<string> files)
{
    private readonly Dictionary<string, string[]> _lines = files.Where(File.Exists).Distinct().ToDictionary(f => f, File.ReadAllLines);

    /// <summary>A line, "" where there is none.</summary>
    public string Line(string file, int number) =>
        _lines.TryGetValue(file, out var lines) && number >= 1 && number <= lines.Length ? lines[number - 1] : "";

    /// <summary>Where a struct is declared, or <paramref name="otherwise"/>.</summary>
    public SourcePlace OfType(string name, SourcePlace otherwise)
    {
        var shape = new Regex($@"\b(?:struct|class|enum|record)\s+(?<name>{Regex.Escape(Simple(name))})\b");
        foreach (var (file, lines) in _lines)
        {
            for (var i = 0; i < lines.Length; i++)
            {
                if (shape.Match(lines[i]) is { Success: true } match)
                {
                    return new(file, i + 1, match.Groups["name"].Index + 1);
                }
            }
        }

        return otherwise;
    }

    /// <summary>Where a field of a struct is declared, or the struct, or <paramref name="otherwise"/>.</summary>
    public SourcePlace OfField(string type, string field, SourcePlace otherwise)
    {
        var place = OfType(type, otherwise);
        var shape = new Regex($@"\b{Regex.Escape(field)}\b");
        for (var number = place.Line; place != otherwise && number <= _lines[place.File].Length; number++)
        {
            var line = Line(place.File, number);
            var from = number == place.Line ? Math.Min(line.Length, place.Column - 1 + Simple(type).Length) : 0;
            if (!line.TrimStart().StartsWith("//", StringComparison.Ordinal) && shape.Match(line, from) is { Success: true } match)
            {
                return place with { Line = number, Column = match.Index + 1 };
            }
        }

        return place;
    }

    /// <summary>The comment on the lines above a statement, as it stands.</summary>
    public string CommentAbove(SourcePlace place)
    {
        var first = place.Line;
        while (Line(place.File, first - 1).TrimStart().StartsWith("//", StringComparison.Ordinal))
        {
            first--;
        }

        return string.Join('\n', Enumerable.Range(first, place.Line - first).Select(n => Line(place.File, n)));
    }

    private static string Simple(string name) => name.Split('<')[0].Split('.')[^1];
}
