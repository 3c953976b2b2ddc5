namespace Muk.Kernel.Cores;

/// <summary>Which cores can be leased, and which of them a pipeline's stages should get. Pure.</summary>
public sealed class CoreMap
{
    /// <param name="topology">The host.</param>
    /// <param name="taken">CPUs that are somebody's already.</param>
    public CoreMap(Topology topology, IReadOnlyCollection<int> taken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(taken);
        var hostCore = topology.HostCore ?? topology.Cores[0];
        HostCpus = hostCore.Cpus;
        Free = [.. topology.Cores.Where(c => c != hostCore && !c.Cpus.Any(taken.Contains))];
        TakenCount = topology.Cores.Count - 1 - Free.Count;
    }

    /// <summary>CPUs that stay with the host: core 0, or the first core this process may use.</summary>
    public IReadOnlyList<int> HostCpus { get; }

    /// <summary>Cores that can be had, by first CPU.</summary>
    public IReadOnlyList<Core> Free { get; }

    /// <summary>Cores that somebody else has.</summary>
    public int TakenCount { get; }

    /// <summary>Cores for <paramref name="stages"/> stages in the pipeline's order: all behind one last-level cache if that can
    /// be, else in as few of them as possible, one node after the other, so that neighbours are close.</summary>
    /// <param name="problem">One line for people when there are not enough; else "".</param>
    /// <returns>One core a stage; empty when there are not enough.</returns>
    public IReadOnlyList<Core> Choose(int stages, out string problem)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        if (stages > Free.Count)
        {
            var taken = TakenCount == 0 ? "" : $", {TakenCount} {(TakenCount == 1 ? "is" : "are")} leased by somebody else";
            problem = $"{stages} stage{(stages == 1 ? " needs" : "s need")} {stages} core{(stages == 1 ? "" : "s")} and {Free.Count} "
                + $"{(Free.Count == 1 ? "is" : "are")} free (core 0 stays with the host{taken}); "
                + "let stages share cores with --share-cores";
            return [];
        }

        problem = "";
        var caches = Free.GroupBy(c => c.Cache).Select(g => (Cores: g.ToArray(), g.First().Node)).ToArray();

        // The smallest cache that holds them all leaves the large ones to larger pipelines.
        var whole = caches.Where(g => g.Cores.Length >= stages).OrderBy(g => g.Cores.Length).ThenBy(g => g.Cores[0].Cpu).FirstOrDefault();
        if (whole.Cores is not null)
        {
            return whole.Cores[..stages];
        }

        // The nodes with the most free cores first, and within a node the largest caches first.
        return [.. caches
            .GroupBy(g => g.Node)
            .OrderByDescending(n => n.Sum(g => g.Cores.Length)).ThenBy(n => n.Key)
            .SelectMany(n => n.OrderByDescending(g => g.Cores.Length).ThenBy(g => g.Cores[0].Cpu))
            .SelectMany(g => g.Cores)
            .Take(stages)];
    }
}
