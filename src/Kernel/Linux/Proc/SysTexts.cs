using System.Globalization;

namespace Muk.Kernel.Linux.Proc;

/// <summary>The texts of /sys: one CPU, one memory node, and a control group (cgroup v2) that has the MUK's limit.</summary>
internal sealed class SysTexts(Session session)
{
    private const string Cpus = "/sys/devices/system/cpu/";
    private const string Node = "/sys/devices/system/node/";
    private const string Group = "/sys/fs/cgroup/";

    public void AddTo(Dictionary<string, Func<string>> texts)
    {
        static string Zero() => "0\n";
        texts[Cpus + "online"] = texts[Cpus + "possible"] = texts[Cpus + "present"] = Zero;
        texts[Cpus + "offline"] = () => "\n";
        texts[Cpus + "kernel_max"] = Zero;
        AddCpu(texts);
        texts[Node + "online"] = texts[Node + "possible"] = texts[Node + "has_cpu"] = texts[Node + "has_memory"] = Zero;
        texts[Node + "node0/cpulist"] = Zero;
        texts[Node + "node0/distance"] = () => "10\n";
        texts[Group + "cgroup.controllers"] = () => "cpuset cpu memory pids\n";
        texts[Group + "memory.max"] = () => Number(Memory().Limit);
        texts[Group + "memory.high"] = () => "max\n";
        texts[Group + "memory.current"] = () => Number(Memory().Committed);
        texts[Group + "memory.swap.max"] = texts[Group + "memory.swap.current"] = Zero;
        texts[Group + "memory.stat"] = () => "anon " + Number(Memory().Committed) + "file 0\ninactive_file 0\nactive_file 0\n";
        texts[Group + "cpu.max"] = () => "100000 100000\n";
        texts[Group + "cpu.weight"] = () => "100\n";
        texts[Group + "cpuset.cpus.effective"] = Zero;
        texts[Group + "pids.max"] = () => "1024\n";
        texts["/sys/kernel/mm/transparent_hugepage/enabled"] = () => "[always] madvise never\n";
        texts["/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"] = () => "2097152\n";
    }

    private void AddCpu(Dictionary<string, Func<string>> texts)
    {
        const string cpu = Cpus + "cpu0/";
        texts[cpu + "online"] = () => "1\n";
        texts[cpu + "topology/core_id"] = texts[cpu + "topology/physical_package_id"] = () => "0\n";
        texts[cpu + "topology/core_cpus_list"] = () => "0\n";
        if (HostCache.Last(session.Options.Core) is { } cache)
        {
            // Only the last level, which is what memory managers size their young generation by.
            texts[cpu + "cache/index0/size"] = () => cache.Size + "\n";
            texts[cpu + "cache/index0/level"] = () => cache.Level + "\n";
            texts[cpu + "cache/index0/type"] = () => "Unified\n";
        }
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture) + "\n";

    private (ulong Committed, ulong Limit) Memory() => session.Guest.AddressSpace?.Usage ?? (0, session.Options.MemoryBytes);
}
