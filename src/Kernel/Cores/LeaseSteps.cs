using System.Globalization;

namespace Muk.Kernel.Cores;

/// <summary>Carries out the steps of one exclusive lease; one use.</summary>
internal sealed class LeaseSteps(IHostFiles files, LeaseFile record, IReadOnlyList<int> cpus, IReadOnlyList<int> hostCpus, string name)
{
    private const int MovePassesMax = 3;
    private readonly List<LeaseRefusal> _refused = [];

    public LeaseFacts Take()
    {
        var (how, join, moved) = CpusetHierarchy.Find(files) switch
        {
            { Version: 1 } one => Cpuset(one.Group),
            { } two => Partition(two.Group),
            null => NoCpuset(),
        };
        var steered = how == Exclusivity.Nodes ? 0 : SteerInterrupts();
        return new LeaseFacts(how, _refused, join, moved, steered);
    }

    private (Exclusivity How, string? Join, int Moved) NoCpuset()
    {
        _refused.Add(new("find a cpuset hierarchy", "none is mounted", "mount -t cgroup -o cpuset cpuset /sys/fs/cgroup/cpuset"));
        return (Exclusivity.Nodes, null, 0);
    }

    /// <summary>cgroup v1: one group for the cores, one for everything else, and no load balancing between them.</summary>
    private (Exclusivity How, string? Join, int Moved) Cpuset(string parent)
    {
        var core = $"{parent}/muk-{name}-cores";
        var host = $"{parent}/muk-{name}-host";
        var nodes = files.TryRead($"{parent}/cpuset.mems") ?? "0";
        if (!Group(host) || !Set($"{host}/cpuset.mems", nodes) || !Set($"{host}/cpuset.cpus", CpuList.Format(hostCpus))
            || !Group(core) || !Set($"{core}/cpuset.mems", nodes) || !Set($"{core}/cpuset.cpus", CpuList.Format(cpus)))
        {
            return (Exclusivity.Nodes, null, 0);
        }

        Set($"{core}/cpuset.cpu_exclusive", "1");
        var moved = MoveTasks($"{parent}/tasks", $"{host}/tasks");
        Change($"{parent}/cpuset.sched_load_balance", "0");
        Set($"{core}/cpuset.sched_load_balance", "0");
        return (Exclusivity.Cpuset, $"{core}/tasks", moved);
    }

    /// <summary>cgroup v2: a partition takes its CPUs from everybody else by itself.</summary>
    private (Exclusivity How, string? Join, int Moved) Partition(string parent)
    {
        var control = $"{parent}/cgroup.subtree_control";
        if (!(files.TryRead(control) ?? "").Split(' ').Contains("cpuset"))
        {
            record.Append(new LeaseStep.Value(control, "-cpuset"));
            if (!Set(control, "+cpuset"))
            {
                return (Exclusivity.Nodes, null, 0);
            }
        }

        var core = $"{parent}/muk-{name}";
        if (!Group(core) || !Set($"{core}/cpuset.cpus", CpuList.Format(cpus)))
        {
            return (Exclusivity.Nodes, null, 0);
        }

        foreach (var kind in new[] { "isolated", "root" })
        {
            if (Set($"{core}/cpuset.cpus.partition", kind) && files.TryRead($"{core}/cpuset.cpus.partition") is { } got)
            {
                if (got == kind)
                {
                    return (Exclusivity.Partition, $"{core}/cgroup.procs", 0);
                }

                _refused.Add(new($"make {core} a partition ({kind})", got,
                    $"start Muk in a group whose parents are partitions: echo root > {parent}/cpuset.cpus.partition"));
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
        var list = CpuList.Format(hostCpus);
        foreach (var number in files.List("/proc/irq").Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            var path = $"/proc/irq/{number}/smp_affinity_list";
            if (files.TryRead(path) is { } old && CpuList.Parse(old, path).Any(cpus.Contains))
            {
                record.Append(new LeaseStep.Value(path, old));
                _ = files.TryWrite(path, list, out _) ? steered++ : refusals++;
            }
        }

        if (refusals > 0)
        {
            _refused.Add(new($"steer {refusals} interrupts to CPUs {list}", "their controllers do not let them be moved",
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
