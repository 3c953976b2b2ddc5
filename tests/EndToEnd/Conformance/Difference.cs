namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>Where two texts differ, for people: the lines between what they begin and what they end with alike. Pure.</summary>
internal static class Difference
{
    private const int LinesMax = 20, ColumnsMax = 160;

    /// <summary>The lines that differ, "- " and "+ " in front; "" where the texts are equal.</summary>
    public static string Of(string expected, string actual)
    {
        string[] a = expected.Split('\n'), b = actual.Split('\n');
        var first = a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
        if (first == a.Length && first == b.Length)
        {
            return "";
        }

        var rest = Math.Min(a.Length, b.Length) - first;
        var last = a.Reverse().Zip(b.Reverse()).Take(rest).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"@@ line {first + 1}\n{Side("- ", a[first..^last])}{Side("+ ", b[first..^last])}";
    }

    private static string Side(string sign, string[] lines) =>
        string.Concat(lines.Take(LinesMax).Select(line => $"{sign}{(line.Length > ColumnsMax ? line[..ColumnsMax] + "…" : line)}\n"))
        + (lines.Length > LinesMax ? $"{sign}… {lines.Length - LinesMax} more lines\n" : "");
}
