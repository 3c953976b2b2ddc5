namespace Muk.Kernel.Cores;

/// <summary>Finds out whether this host lets a core be leased for good: by leasing one, and giving it back at once.</summary>
public static class LeaseProbe
{
    private const string Name = "exclusive cores";

    /// <summary>Tries it on the last free core. Takes milliseconds, in which that core is nobody's.</summary>
    /// <param name="runtimeFolder">Where nodes keep their folders; the probe is a node for its short time.</param>
    public static HostFact Try(IHostFiles files, string runtimeFolder, CoreMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Free.Count == 0)
        {
            return new(Name, "not tried", HostVerdict.Noisy, "no core is free");
        }

        using var node = NodeFolder.Create(runtimeFolder);
        Core[] cores = [map.Free[^1]];
        if (CoreLocks.TryTake(runtimeFolder, cores) is not { } locks)
        {
            return new(Name, "not tried", HostVerdict.Noisy, "the core has just been taken");
        }

        using var lease = CoreLease.Take(files, node.Lease, locks, cores, map.HostCpus, node.Name, LeaseWish.Exclusive);
        var facts = lease.Facts;
        return facts.How != Exclusivity.Nodes
            ? new(Name, facts.How == Exclusivity.Partition ? "granted (a partition of cgroup v2)" : "granted (a cpuset of cgroup v1)",
                HostVerdict.Good)
            : new(Name, "refused", HostVerdict.Noisy,
                $"other programs may run on leased cores: {facts.Refused[0].Step}: {facts.Refused[0].Reason}",
                Environment.IsPrivilegedProcess ? facts.Refused[0].Command : "sudo ./muk");
    }
}
