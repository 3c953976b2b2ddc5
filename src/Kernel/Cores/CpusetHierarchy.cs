namespace Muk.Kernel.Cores;

/// <summary>Where the host keeps its cpusets.</summary>
/// <param name="Version">Of cgroups: 1 or 2.</param>
/// <param name="Group">The folder in which leases make their groups: on v1 this process's own cpuset; on v2 the top, because
/// there a group takes CPUs for itself only below one that has them for itself.</param>
public sealed record CpusetHierarchy(int Version, string Group)
{
    /// <summary>Finds it; null where there is none.</summary>
    public static CpusetHierarchy? Find(IHostFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var own = (files.TryRead("/proc/self/cgroup") ?? "").Split('\n').Select(l => l.Split(':', 3)).Where(w => w.Length == 3).ToArray();
        foreach (var line in (files.TryRead("/proc/mounts") ?? "").Split('\n'))
        {
            var words = line.Split(' ');
            if (words.Length >= 4 && words[2] == "cgroup" && words[3].Split(',').Contains("cpuset"))
            {
                return new(1, CoreGroups.Outside(Join(words[1], own.FirstOrDefault(w => w[1].Split(',').Contains("cpuset")))));
            }

            if (words.Length >= 4 && words[2] == "cgroup2")
            {
                if ((files.TryRead($"{words[1]}/cgroup.controllers") ?? "").Split(' ').Contains("cpuset"))
                {
                    return new(2, words[1]);
                }
            }
        }

        return null;
    }

    private static string Join(string mount, string[]? own) => own is null || own[2] == "/" ? mount : mount + own[2];
}
