namespace Muk.Kernel.Cores;

/// <summary>Which cores can be leased. Pure.</summary>
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
}
