namespace Muk.Orchestrator.Bench.Report;

/// <summary>What a run was made on and with.</summary>
/// <param name="Quotable">False for the effort of tests.</param>
public sealed record RunFacts(
    string Benchmark, string Cpu, string Kernel, string Commit, CorePair Cores, int Seed, Effort Effort, long HugeBytes, bool Quotable)
{
    /// <summary>Reads the host's facts.</summary>
    /// <param name="root">The repository.</param>
    public static RunFacts Of(string benchmark, string root, CorePair cores, int seed, Effort effort, long hugeBytes) => new(
        benchmark,
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1]
            ?? "unknown",
        Environment.OSVersion.VersionString,
        HeadOf(root),
        cores,
        seed,
        effort,
        hugeBytes,
        effort.TriesMax != Effort.Quick.TriesMax);

    private static string HeadOf(string root)
    {
        var head = Path.Combine(root, ".git", "HEAD");
        if (!File.Exists(head))
        {
            return "unknown";
        }

        var text = File.ReadAllText(head).Trim();
        var reference = Path.Combine(root, ".git", text.Split(' ')[^1]);
        var names = text.StartsWith("ref: ", StringComparison.Ordinal) && File.Exists(reference);
        return names ? File.ReadAllText(reference).Trim() : text;
    }
}
