using Muk.Kernel.Cores;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Leases in words, with what would make the host grant more.</summary>
public static class LeaseText
{
    /// <summary>One line for all leases together, and two for each thing that was refused.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<LeaseFacts> leases)
    {
        ArgumentNullException.ThrowIfNull(leases);
        if (leases.Count == 0)
        {
            yield break;
        }

        yield return $"cores {How(leases.Min(l => l.How))}, {leases.Sum(l => l.TasksMoved)} tasks moved off, "
            + $"{leases.Sum(l => l.InterruptsSteered)} interrupts steered away";
        foreach (var refusal in leases.SelectMany(l => l.Refused).DistinctBy(r => r.Command))
        {
            yield return $"  refused: {refusal.Step}: {refusal.Reason}";
            yield return $"  -> {refusal.Command}";
        }
    }

    /// <summary>How exclusive.</summary>
    public static string How(Exclusivity how) => how switch
    {
        Exclusivity.Partition => "exclusive (a partition of cgroup v2)",
        Exclusivity.Cpuset => "exclusive (a cpuset of cgroup v1)",
        _ => "kept from other muks only",
    };
}
