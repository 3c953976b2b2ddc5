namespace Muk.Orchestrator.Pipelines;

/// <summary>Names that somebody who mistyped one may have meant.</summary>
public static class NearestNames
{
    private const int NamesMax = 3;

    /// <summary>The nearest of <paramref name="known"/>, nearest first: by edits (a swap of neighbours is one), or by prefix.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known)
    {
        var editsMax = Math.Max(1, name.Length / 3);
        return [.. known
            .Select(candidate => (candidate, edits: Edits(name, candidate)))
            .Where(c => c.edits <= editsMax || (name.Length >= 2 && c.candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(c => c.edits).ThenBy(c => c.candidate, StringComparer.Ordinal)
            .Take(NamesMax)
            .Select(c => c.candidate)];
    }

    private static int Edits(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
