using System.Globalization;

namespace Muk.Kernel.Cores;

/// <summary>Reads what of the host matters to an undisturbed core, for `muk doctor`. Pure over <see cref="IHostFiles"/>.</summary>
public static class HostFacts
{
    private const string Cpus = "/sys/devices/system/cpu";
    private const ulong LockedBytesWanted = 64ul << 20;

    /// <summary>All facts, always in the same order.</summary>
    public static IReadOnlyList<HostFact> Read(IHostFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return
        [
            Kernel(files), UserNotification(files), Cgroups(files), Isolated(files), NoTicks(files), Threads(files), Governor(files),
            HugePages(files), RealTime(files), Balancer(files), Locked(files), Swap(files), Watchdog(files), Virtual(files),
        ];
    }

    private static HostFact Kernel(IHostFiles files)
    {
        var release = files.TryRead("/proc/sys/kernel/osrelease") ?? "unknown";
        var numbers = release.Split('.', '-').Take(2).Select(w => int.TryParse(w, CultureInfo.InvariantCulture, out var n) ? n : 0)
            .ToArray();
        var version = numbers.Length == 2 ? (numbers[0], numbers[1]) : (0, 0);
        return version.CompareTo((5, 19)) >= 0 ? new("kernel", release, HostVerdict.Good)
            : version.CompareTo((5, 9)) >= 0 ? new("kernel", release, HostVerdict.Noisy,
                "a signal may repeat a system call that is being served", "run Linux 5.19 or later")
            : new("kernel", release, HostVerdict.Missing, "the process machine needs Linux 5.9", "run Linux 6.1 or later");
    }

    private static HostFact UserNotification(IHostFiles files)
    {
        var actions = files.TryRead("/proc/sys/kernel/seccomp/actions_avail") ?? "none";
        return actions.Split(' ').Contains("user_notif")
            ? new("seccomp", "user notification", HostVerdict.Good)
            : new("seccomp", actions, HostVerdict.Missing, "the process machine cannot serve system calls",
                "run a kernel with CONFIG_SECCOMP_FILTER");
    }

    private static HostFact Cgroups(IHostFiles files)
    {
        const string name = "cgroups";
        return CpusetHierarchy.Find(files) switch
        {
            null => new(name, "no cpuset hierarchy", HostVerdict.Noisy, "other programs may run on leased cores",
                "mount -t cgroup -o cpuset cpuset /sys/fs/cgroup/cpuset"),
            { Version: 2 } two => new(name, $"v2, cpuset in {two.Group}", HostVerdict.Good),
            var one => files.TryRead($"{one.Group}/cpuset.cpu_exclusive") == "1"
                ? new(name, $"v1, exclusive cpusets in {one.Group}", HostVerdict.Good)
                : new(name, $"v1, cpusets in {one.Group}, not exclusive", HostVerdict.Noisy, "another cpuset may overlap",
                    $"echo 1 | sudo tee {one.Group}/cpuset.cpu_exclusive"),
        };
    }

    private static HostFact Isolated(IHostFiles files)
    {
        var isolated = files.TryRead($"{Cpus}/isolated") ?? "";
        return isolated.Length > 0
            ? new("isolcpus", isolated, HostVerdict.Good)
            : new("isolcpus", "none", HostVerdict.Noisy, "the scheduler may place others there until a lease moves them",
                Boot("isolcpus=domain,managed_irq,1-"));
    }

    private static HostFact NoTicks(IHostFiles files)
    {
        var cpus = files.TryRead($"{Cpus}/nohz_full") ?? "";
        return cpus.Length > 0 && cpus != "(null)"
            ? new("nohz_full", cpus, HostVerdict.Good)
            : new("nohz_full", "none", HostVerdict.Noisy, "the timer interrupts a leased core at each tick", Boot("nohz_full=1-"));
    }

    private static HostFact Threads(IHostFiles files) => files.TryRead($"{Cpus}/smt/active") == "1"
        ? new("hyper-threads", "on", HostVerdict.Good, "a lease takes both threads of a core; the second idles")
        : new("hyper-threads", "off", HostVerdict.Good);

    private static HostFact Governor(IHostFiles files)
    {
        var governor = files.TryRead($"{Cpus}/cpu0/cpufreq/scaling_governor");
        return governor is null or "performance"
            ? new("governor", governor ?? "none (fixed, or the hypervisor's)", HostVerdict.Good)
            : new("governor", governor, HostVerdict.Noisy, "a core that idles is slow when it starts",
                $"echo performance | sudo tee {Cpus}/cpu*/cpufreq/scaling_governor");
    }

    private static HostFact HugePages(IHostFiles files)
    {
        const string path = "/sys/kernel/mm/transparent_hugepage/enabled";
        var text = files.TryRead(path) ?? "[never]";
        var chosen = text.Contains('[', StringComparison.Ordinal) ? text.Split('[', ']')[1] : text;
        return chosen is "madvise" or "always"
            ? new("huge pages", chosen, HostVerdict.Good)
            : new("huge pages", chosen, HostVerdict.Noisy, "guests get pages of 4 KiB only", $"echo madvise | sudo tee {path}");
    }

    private static HostFact RealTime(IHostFiles files)
    {
        const string path = "/proc/sys/kernel/sched_rt_runtime_us";
        var runtime = files.TryRead(path) ?? "unknown";
        return runtime == "-1"
            ? new("real-time share", "all", HostVerdict.Good)
            : new("real-time share", $"{runtime} µs a second", HostVerdict.Good,
                "so MUKs run without SCHED_FIFO, which would be throttled");
    }

    private static HostFact Balancer(IHostFiles files)
    {
        var runs = files.List("/proc").Where(n => n.All(char.IsAsciiDigit)).Any(n => files.TryRead($"/proc/{n}/comm") == "irqbalance");
        return runs
            ? new("irqbalance", "runs", HostVerdict.Noisy, "it moves interrupts back onto leased cores", "sudo systemctl stop irqbalance")
            : new("irqbalance", "does not run", HostVerdict.Good);
    }

    private static HostFact Locked(IHostFiles files)
    {
        var line = (files.TryRead("/proc/self/limits") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith("Max locked memory",
            StringComparison.Ordinal));
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 4 } words ? words[3] : "unknown";
        var enough = soft == "unlimited" || (ulong.TryParse(soft, CultureInfo.InvariantCulture, out var bytes)
            && bytes >= LockedBytesWanted);
        return enough
            ? new("locked memory", soft, HostVerdict.Good)
            : new("locked memory", soft, HostVerdict.Noisy, "guest memory may be swapped or moved", "ulimit -l unlimited");
    }

    private static HostFact Swap(IHostFiles files)
    {
        var areas = (files.TryRead("/proc/swaps") ?? "").Split('\n').Length - 1;
        return areas <= 0
            ? new("swap", "off", HostVerdict.Good)
            : new("swap", $"{areas} area{(areas == 1 ? "" : "s")}", HostVerdict.Noisy, "memory that is not locked may be swapped out",
                "sudo swapoff -a");
    }

    private static HostFact Watchdog(IHostFiles files) => files.TryRead("/proc/sys/kernel/nmi_watchdog") == "1"
        ? new("NMI watchdog", "on", HostVerdict.Noisy, "it interrupts every core and takes a counter",
            "echo 0 | sudo tee /proc/sys/kernel/nmi_watchdog")
        : new("NMI watchdog", "off", HostVerdict.Good);

    private static HostFact Virtual(IHostFiles files)
    {
        var flags = (files.TryRead("/proc/cpuinfo") ?? "").Split('\n').FirstOrDefault(l => l.StartsWith("flags",
            StringComparison.Ordinal)) ?? "";
        return flags.Split(' ').Contains("hypervisor")
            ? new("host", "virtual machine", HostVerdict.Noisy, "its hypervisor may take a core away at any time",
                "run on bare metal, or ask for dedicated cores")
            : new("host", "bare metal", HostVerdict.Good);
    }

    private static string Boot(string option) => $"boot with {option} (GRUB_CMDLINE_LINUX in /etc/default/grub)";
}
