using System.Globalization;

namespace Muk.Kernel.Cores;

/// <summary>Linux's lists of CPUs, such as "0-3,8,10-11" (Documentation/admin-guide/cputopology.rst). Pure.</summary>
public static class CpuList
{
    /// <summary>Largest CPU number that is believed.</summary>
    public const int CpuMax = 8191;

    /// <summary>The CPUs of a list, ascending. An empty text is no CPU.</summary>
    /// <param name="where">For the message: where the text comes from.</param>
    /// <exception cref="TopologyException">It is no such list.</exception>
    public static IReadOnlyList<int> Parse(string text, string where)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cpus = new SortedSet<int>();
        foreach (var part in text.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Trim().Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out var first) || !TryNumber(ends[^1], out var last) || last < first)
            {
                throw new TopologyException($"{where} is no list of CPUs: '{text}'");
            }

            for (var cpu = first; cpu <= last; cpu++)
            {
                cpus.Add(cpu);
            }
        }

        return [.. cpus];
    }

    /// <summary>The shortest list of some CPUs.</summary>
    public static string Format(IEnumerable<int> cpus)
    {
        var sorted = cpus.Distinct().Order().ToArray();
        var parts = new List<string>();
        for (var i = 0; i < sorted.Length;)
        {
            var end = i;
            while (end + 1 < sorted.Length && sorted[end + 1] == sorted[end] + 1)
            {
                end++;
            }

            parts.Add(end == i ? $"{sorted[i]}" : $"{sorted[i]}-{sorted[end]}");
            i = end + 1;
        }

        return string.Join(',', parts);
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= CpuMax;
}

/// <summary>The host describes its processors in a way that cannot be; the message names the file.</summary>
public sealed class TopologyException(string message) : Exception(message);
