using System.Globalization;

namespace Muk.Kernel.Cores;

/// <summary>A core of the host: what a MUK owns.</summary>
/// <param name="Cpus">Its hyper-threads' CPU numbers, ascending; those that are online and that this process may use.</param>
/// <param name="Package">The socket.</param>
/// <param name="Node">The NUMA node, 0 where there is none.</param>
/// <param name="Cache">The first CPU of those that share its last-level cache: two cores with the same value share it.</param>
public sealed record Core(IReadOnlyList<int> Cpus, int Package, int Node, int Cache)
{
    /// <summary>The CPU a guest runs on; the others of the core stay idle.</summary>
    public int Cpu => Cpus[0];
}

/// <summary>The host's processors as sysfs and this process's cpuset show them. Pure over <see cref="IHostFiles"/>.</summary>
/// <param name="Cores">Every core of which this process may use a CPU, by first CPU.</param>
/// <param name="Online">CPUs that run.</param>
/// <param name="Allowed">CPUs that this process may use.</param>
public sealed record Topology(IReadOnlyList<Core> Cores, IReadOnlyList<int> Online, IReadOnlyList<int> Allowed)
{
    private const string Cpus = "/sys/devices/system/cpu";
    private const string Nodes = "/sys/devices/system/node";

    /// <summary>CPU 0's core, which stays with the host; null where this process may not use it.</summary>
    public Core? HostCore => Cores.FirstOrDefault(c => c.Cpus.Contains(0));

    /// <summary>Reads the host.</summary>
    /// <exception cref="TopologyException">A file is missing or malformed.</exception>
    public static Topology Read(IHostFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var online = CpuList.Parse(Required(files, $"{Cpus}/online"), $"{Cpus}/online");
        var allowed = AllowedCpus(files, online);
        var nodeOf = NodeOfEachCpu(files);
        var cores = new Dictionary<int, Core>();
        foreach (var cpu in allowed)
        {
            var topology = $"{Cpus}/cpu{cpu}/topology";
            var siblingsPath = files.TryRead($"{topology}/core_cpus_list") is null ? "thread_siblings_list" : "core_cpus_list";
            var siblings = CpuList.Parse(Required(files, $"{topology}/{siblingsPath}"), $"{topology}/{siblingsPath}");
            if (!siblings.Contains(cpu))
            {
                throw new TopologyException($"{topology}/{siblingsPath} does not name CPU {cpu} itself");
            }

            var package = Number(Required(files, $"{topology}/physical_package_id"), $"{topology}/physical_package_id");
            var usable = siblings.Where(allowed.Contains).ToArray();
            cores[siblings[0]] = new Core(usable, package, nodeOf.GetValueOrDefault(cpu), LastLevelCache(files, cpu));
        }

        return new Topology([.. cores.Values.OrderBy(c => c.Cpu)], online, allowed);
    }

    private static int[] AllowedCpus(IHostFiles files, IReadOnlyList<int> online)
    {
        const string path = "/proc/self/status";
        var line = (files.TryRead(path) ?? "").Split('\n').FirstOrDefault(l => l.StartsWith("Cpus_allowed_list:",
            StringComparison.Ordinal));
        var allowed = line is null ? online : CpuList.Parse(line.Split(':')[1], $"Cpus_allowed_list in {path}");
        var both = allowed.Where(online.Contains).ToArray();
        return both.Length > 0 ? both : throw new TopologyException($"no CPU of {path} is in {Cpus}/online");
    }

    private static Dictionary<int, int> NodeOfEachCpu(IHostFiles files)
    {
        var nodes = new Dictionary<int, int>();
        foreach (var name in files.List(Nodes).Where(n => n.StartsWith("node", StringComparison.Ordinal)))
        {
            var path = $"{Nodes}/{name}/cpulist";
            if (int.TryParse(name.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var node)
                && files.TryRead(path) is { } list)
            {
                foreach (var cpu in CpuList.Parse(list, path))
                {
                    nodes[cpu] = node;
                }
            }
        }

        return nodes;
    }

    /// <summary>The first CPU that shares the highest cache there is; the CPU itself where sysfs shows none.</summary>
    private static int LastLevelCache(IHostFiles files, int cpu)
    {
        var folder = $"{Cpus}/cpu{cpu}/cache";
        var best = (Level: 0, First: cpu);
        foreach (var index in files.List(folder).Where(n => n.StartsWith("index", StringComparison.Ordinal)))
        {
            var path = $"{folder}/{index}";
            if (files.TryRead($"{path}/level") is { } level && files.TryRead($"{path}/shared_cpu_list") is { } shared)
            {
                var number = Number(level, $"{path}/level");
                var cpus = CpuList.Parse(shared, $"{path}/shared_cpu_list");
                best = number > best.Level && cpus.Count > 0 ? (number, cpus[0]) : best;
            }
        }

        return best.First;
    }

    private static string Required(IHostFiles files, string path) =>
        files.TryRead(path) is { Length: > 0 } text ? text : throw new TopologyException($"{path} cannot be read; is /sys mounted?");

    private static int Number(string text, string path) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new TopologyException($"{path} is no number: '{text}'");
}
