namespace Muk.Kernel.Cores;

/// <summary>The cgroups that leases make, all side by side in one folder so that the leases of several nodes add up.</summary>
/// <remarks>One group a lease holds its cores. On cgroup v1 one more, shared by all leases, holds everything else of the host
/// on the CPUs that no lease has. Whoever changes any of it holds the folder's lock.</remarks>
public static class CoreGroups
{
    /// <summary>Of every group's name.</summary>
    public const string Prefix = "muk-";

    private const string CoresPrefix = "muk-cores-";
    private const string HostName = "muk-host";

    /// <summary>The group of a lease's cores.</summary>
    public static string OfCores(string parent, string name) => $"{parent}/{CoresPrefix}{name}";

    /// <summary>The group of everything else (cgroup v1).</summary>
    public static string OfHost(string parent) => $"{parent}/{HostName}";

    public static bool IsOfCores(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group[(group.LastIndexOf('/') + 1)..].StartsWith(CoresPrefix, StringComparison.Ordinal);
    }

    /// <summary>Groups of cores that are there.</summary>
    public static IReadOnlyList<string> All(IHostFiles files, string parent)
    {
        ArgumentNullException.ThrowIfNull(files);
        return [.. files.List(parent).Select(n => $"{parent}/{n}").Where(IsOfCores)];
    }

    /// <summary>The CPUs of a group; none where it has none or is gone.</summary>
    public static IReadOnlyList<int> CpusOf(IHostFiles files, string group)
    {
        ArgumentNullException.ThrowIfNull(files);
        return CpuList.Parse(files.TryRead($"{group}/cpuset.cpus") ?? "", $"{group}/cpuset.cpus");
    }

    /// <summary>CPUs of a folder's group that no lease has.</summary>
    public static string HostCpus(IHostFiles files, string parent) => CpuList.Format(
        CpusOf(files, parent).Except(All(files, parent).SelectMany(g => CpusOf(files, g))));

    /// <summary>The folder itself without the groups of leases, for a process that a lease has put into one.</summary>
    public static string Outside(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var at = group.IndexOf($"/{Prefix}", StringComparison.Ordinal);
        return at < 0 ? group : group[..at];
    }
}
