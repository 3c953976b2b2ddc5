namespace Muk.Orchestrator.Cli;

/// <summary>Finds the name that was probably meant.</summary>
public static class Nearest
{
    /// <summary>The candidate with the fewest letters to change, or null when none is near (more than a third would change).</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (Candidate: candidate, Changes: Changes(name, candidate)))
            .OrderBy(found => found.Changes)
            .ThenBy(found => found.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Candidate is not null && best.Changes * 3 <= Math.Max(name.Length, 3) ? best.Candidate : null;
    }

    /// <summary>Levenshtein's distance: letters to put in, take out or replace.</summary>
    private static int Changes(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var current = new int[to.Length + 1];
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[to.Length];
    }
}
