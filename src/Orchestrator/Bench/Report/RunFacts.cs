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

    /// <summary>The commit that is checked out in <paramref name="root"/>, a clone or a worktree of one (gitrepository-layout(5));
    /// "unknown" outside of such.</summary>
    internal static string HeadOf(string root)
    {
        var own = Path.Combine(root, ".git");
        if (File.Exists(own)) // A worktree: a line that names its folder.
        {
            own = Path.Combine(root, File.ReadAllText(own).Trim().Split("gitdir: ")[^1]);
        }

        if (!File.Exists(Path.Combine(own, "HEAD")))
        {
            return "unknown";
        }

        var text = File.ReadAllText(Path.Combine(own, "HEAD")).Trim();
        if (!text.StartsWith("ref: ", StringComparison.Ordinal))
        {
            return text;
        }

        var shared = Path.Combine(own, "commondir");
        var folder = File.Exists(shared) ? Path.Combine(own, File.ReadAllText(shared).Trim()) : own;
        var name = text["ref: ".Length..];
        var (loose, packed) = (Path.Combine(folder, name), Path.Combine(folder, "packed-refs"));
        return File.Exists(loose) ? File.ReadAllText(loose).Trim()
            : !File.Exists(packed) ? "unknown"
            : File.ReadLines(packed).FirstOrDefault(l => l.EndsWith($" {name}", StringComparison.Ordinal))?.Split(' ')[0] ?? "unknown";
    }
}
