using System.Globalization;

namespace Muk.Orchestrator.Bench.Statistics;

/// <summary>Ticks of some cores at one moment, from the text of <c>/proc/stat</c> (proc(5)).</summary>
public readonly record struct StolenTime(long Stolen, long All)
{
    private const int StealColumn = 7;

    /// <summary>Sums the lines of <paramref name="cores"/>.</summary>
    public static StolenTime Parse(string procStat, IReadOnlyCollection<int> cores)
    {
        long stolen = 0, all = 0;
        foreach (var line in procStat.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length <= StealColumn + 1 || !words[0].StartsWith("cpu", StringComparison.Ordinal)
                || !int.TryParse(words[0].AsSpan(3), CultureInfo.InvariantCulture, out var core) || !cores.Contains(core))
            {
                continue;
            }

            // user nice system idle iowait irq softirq steal; guest time is counted in user already.
            var ticks = words.Skip(1).Take(StealColumn + 1).Select(w => long.Parse(w, CultureInfo.InvariantCulture)).ToArray();
            stolen += ticks[StealColumn];
            all += ticks.Sum();
        }

        return new(stolen, all);
    }

    /// <summary>Part of the time since <paramref name="before"/> that was stolen; 0 where less than a tick went by.</summary>
    public double Since(StolenTime before) => All > before.All ? (double)(Stolen - before.Stolen) / (All - before.All) : 0;
}
