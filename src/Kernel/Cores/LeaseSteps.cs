using System.Globalization;

namespace Muk.Kernel.Cores;

/// <summary>Carries out the steps of one exclusive lease; one use.</summary>
internal sealed class LeaseSteps(IHostFiles files, LeaseFile record, IReadOnlyList<int> cpus, IReadOnlyList<int> hostCpus, string name)
{
    private const int MovePassesMax = 3;
    private readonly List<LeaseRefusal> _refused = [];

    public LeaseFacts Take()
    {
        if (CpusetHierarchy.Find(files) is not { } hierarchy)
        {
            _refused.Add(new("find a cpuset hierarchy", "none is mounted", "mount -t cgroup -o cpuset cpuset /sys/fs/cgroup/cpuset"));
            return new LeaseFacts(Exclusivity.Nodes, _refused, null, 0, 0);
        }

        using var alone = files.LockFolder(hierarchy.Group);
        var (how, join, moved) = hierarchy.Version == 1 ? Cpuset(hierarchy.Group) : Partition(hierarchy.Group);
        var steered = how == Exclusivity.Nodes ? 0 : SteerInterrupts();
        return new LeaseFacts(how, _refused, join, moved, steered);
    }

    /// <summary>cgroup v1: one group for the cores, one for everything else, and no load balancing between them.</summary>
    private (Exclusivity How, string? Join, int Moved) Cpuset(string parent)
    {
        var core = CoreGroups.OfCores(parent, name);
        var host = CoreGroups.OfHost(parent);
        var nodes = files.TryRead($"{parent}/cpuset.mems") ?? "0";
        if (!Group(core) || !Set($"{core}/cpuset.mems", nodes) || !Set($"{core}/cpuset.cpus", CpuList.Format(cpus))
            || !Group(host) || !Set($"{host}/cpuset.mems", nodes)
            || !Set($"{host}/cpuset.cpus", CoreGroups.HostCpus(files, parent)))
        {
            return (Exclusivity.Nodes, null, 0);
        }

        Set($"{core}/cpuset.cpu_exclusive", "1");
        var moved = MoveTasks($"{parent}/tasks", $"{host}/tasks");
        Change($"{parent}/cpuset.sched_load_balance", "0");
        Set($"{core}/cpuset.sched_load_balance", "0");
        return (Exclusivity.Cpuset, $"{core}/tasks", moved);
    }

    /// <summary>cgroup v2: a partition takes its CPUs from everybody else by itself. It is threaded, so that of a core kernel's
    /// process just the thread that runs the guest is in it.</summary>
    private (Exclusivity How, string? Join, int Moved) Partition(string parent)
    {
        var core = CoreGroups.OfCores(parent, name);
        if (!Group(core))
        {
            return (Exclusivity.Nodes, null, 0);
        }

        var control = $"{parent}/cgroup.subtree_control";
        if (!(files.TryRead(control) ?? "").Split(' ').Contains("cpuset"))
        {
            record.Append(new LeaseStep.Value(control, "-cpuset"));
            if (!Set(control, "+cpuset"))
            {
                return (Exclusivity.Nodes, null, 0);
            }
        }

        if (!Set($"{core}/cgroup.type", "threaded") || !Set($"{core}/cpuset.cpus", CpuList.Format(cpus)))
        {
            return (Exclusivity.Nodes, null, 0);
        }

        foreach (var kind in new[] { "isolated", "root" })
        {
            if (Set($"{core}/cpuset.cpus.partition", kind) && files.TryRead($"{core}/cpuset.cpus.partition") is { } got)
            {
                if (got == kind)
                {
                    return (Exclusivity.Partition, $"{core}/cgroup.threads", 0);
                }

                _refused.Add(new($"make {core} a partition ({kind})", got,
                    $"run Muk outside a container, or where {parent}/cpuset.cpus.partition is root"));
            }
        }

        return (Exclusivity.Nodes, null, 0);
    }

    /// <summary>Moves what may be moved; threads that Linux has tied to a CPU stay, and say nothing when all is quiet.</summary>
    private int MoveTasks(string from, string to)
    {
        var moved = new HashSet<string>();
        var tied = new HashSet<string>();
        var refusal = "";
        for (var pass = 0; pass < MovePassesMax; pass++)
        {
            var left = (files.TryRead(from) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(t => !tied.Contains(t))
                .ToArray();
            foreach (var task in left)
            {
                _ = files.TryWrite(to, task, out refusal) ? moved.Add(task) : tied.Add(task);
            }

            if (left.Length == 0)
            {
                break;
            }
        }

        if (moved.Count == 0 && tied.Count > 0)
        {
            _refused.Add(new($"move tasks to {to}", refusal, "run as root"));
        }

        return moved.Count;
    }

    private int SteerInterrupts()
    {
        var steered = 0;
        var refusals = 0;
        foreach (var number in files.List("/proc/irq").Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var path = $"/proc/irq/{number}/smp_affinity_list";
            if (files.TryRead(path) is { } old && CpuList.Parse(old, path) is { } now && now.Any(cpus.Contains))
            {
                record.Append(new LeaseStep.Value(path, old));
                var rest = now.Except(cpus).ToArray();
                var list = CpuList.Format(rest.Length > 0 ? rest : hostCpus);
                _ = files.TryWrite(path, list, out _) ? steered++ : refusals++;
            }
        }

        if (refusals > 0)
        {
            _refused.Add(new($"steer {refusals} interrupts off CPUs {CpuList.Format(cpus)}", "their controllers do not let them be moved",
                "boot with isolcpus=managed_irq,domain," + CpuList.Format(cpus)));
        }

        return steered;
    }

    private bool Group(string path)
    {
        record.Append(new LeaseStep.Group(path));
        return files.TryCreateFolder(path, out var refusal) || Refuse($"mkdir {path}", refusal, $"sudo mkdir {path}");
    }

    /// <summary>Writes into a group made here: it goes with the group.</summary>
    private bool Set(string path, string value) =>
        files.TryWrite(path, value, out var refusal) || Refuse($"write '{value}' to {path}", refusal, $"echo {value} | sudo tee {path}");

    /// <summary>Writes into what was there before.</summary>
    private void Change(string path, string value)
    {
        if (files.TryRead(path) is { } old && old != value)
        {
            record.Append(new LeaseStep.Value(path, old));
            Set(path, value);
        }
    }

    private bool Refuse(string step, string reason, string command)
    {
        _refused.Add(new(step, reason, command));
        return false;
    }
}
