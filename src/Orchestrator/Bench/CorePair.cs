using System.Globalization;
using Muk.Channel.Interop;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench;

/// <summary>The two cores everything is measured on.</summary>
/// <param name="Near">The sender's, the host's side.</param>
/// <param name="Far">The receiver's, where a MUK would run.</param>
public sealed record CorePair(int Near, int Far)
{
    /// <summary>Two cores as the user wrote them ("0,1"), or chosen: the first this process may use, and the next one that is
    /// not a hyper-thread of it, with a shared last-level cache where there is such a one.</summary>
    /// <exception cref="UserErrorException">There are no two cores, or the text names none.</exception>
    public static CorePair Choose(string? text)
    {
        if (text is not null)
        {
            var words = text.Split(',');
            if (words.Length != 2 || Number(words[0]) is not { } near || Number(words[1]) is not { } far || near == far)
            {
                throw UserErrorException.Usage($"--cores {text} does not name two cores: write --cores 0,1");
            }

            var mine = Affinity.Get();
            return mine.Contains(near) && mine.Contains(far)
                ? new(near, far)
                : throw UserErrorException.Usage($"--cores {text}: this process may use {string.Join(',', mine)} only");
        }

        var allowed = Affinity.Get();
        var first = allowed[0];
        var siblings = CoreList(Sysfs(first, "topology/thread_siblings_list"));
        var others = allowed.Where(c => c != first && !siblings.Contains(c)).ToArray();
        if (others.Length == 0)
        {
            throw new UserErrorException("the benchmarks need two cores, and this process may use one: give it more", ExitStatus.Failed);
        }

        var near3 = CoreList(Sysfs(first, "cache/index3/shared_cpu_list"));
        return new(first, others.FirstOrDefault(near3.Contains, others[0]));
    }

    /// <summary>Numbers of a list as sysfs writes it ("0-3,8"); pure.</summary>
    public static IReadOnlyList<int> CoreList(string text)
    {
        List<int> cores = [];
        foreach (var part in text.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (Number(ends[0]) is { } from && Number(ends[^1]) is { } to)
            {
                cores.AddRange(Enumerable.Range(from, to - from + 1));
            }
        }

        return cores;
    }

    private static int? Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Sysfs(int core, string file)
    {
        var path = $"/sys/devices/system/cpu/cpu{core}/{file}";
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
