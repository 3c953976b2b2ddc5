namespace Muk.Kernel.Cores;

/// <summary>Puts back what a lease changed. Can be repeated: what is back already stays so.</summary>
/// <remarks>Interrupts and the lease's own groups go first. What is shared with the leases of other nodes, the host's group and
/// the values of the groups' folder, is put back by the undo that comes when no other group of cores is left.</remarks>
public static class LeaseUndo
{
    private const int MovePassesMax = 8;
    private const string Interrupts = "/proc/irq/";

    /// <summary>Undoes the steps of a record, and leaves in it those that are still to be undone.</summary>
    /// <returns>One line for each step that the host did not let be undone.</returns>
    public static IReadOnlyList<string> Run(IHostFiles files, LeaseFile record)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(record);
        var steps = record.Read();
        if (steps.Count == 0)
        {
            return [];
        }

        var problems = new List<string>();
        var own = steps.OfType<LeaseStep.Group>().Where(g => CoreGroups.IsOfCores(g.Path)).ToArray();
        var parent = own.Length > 0 ? Parent(own[0].Path) : "";
        using var alone = parent.Length > 0 ? files.LockFolder(parent) : null;
        var left = new HashSet<LeaseStep>();
        Undo(steps.Where(IsInterrupt), s => Restore(files, (LeaseStep.Value)s, [.. own.SelectMany(g => CoreGroups.CpusOf(files, g.Path))]));
        Undo(own, s => TryRemove(files, ((LeaseStep.Group)s).Path));
        var shared = steps.Where(s => !IsInterrupt(s) && !own.Contains(s)).Reverse();
        if (parent.Length > 0 && CoreGroups.All(files, parent).Count > 0)
        {
            left.UnionWith(shared);
            if (files.FolderExists(CoreGroups.OfHost(parent)))
            {
                files.TryWrite($"{CoreGroups.OfHost(parent)}/cpuset.cpus", CoreGroups.HostCpus(files, parent), out _);
            }

            // Whoever undoes the rest finds the folder by a group of this lease.
            left.UnionWith(left.Count > 0 ? own.Take(1) : []);
        }
        else
        {
            Undo(shared, s => s is LeaseStep.Value value
                ? Write(files, value.Path, value.Old)
                : TryRemove(files, ((LeaseStep.Group)s).Path));
        }

        record.Keep([.. steps.Where(left.Contains)]);
        return problems;

        void Undo(IEnumerable<LeaseStep> some, Func<LeaseStep, string> undo)
        {
            foreach (var step in some)
            {
                if (undo(step) is { Length: > 0 } problem)
                {
                    problems.Add(problem);
                    left.Add(step);
                }
            }
        }
    }

    private static bool IsInterrupt(LeaseStep step) =>
        step is LeaseStep.Value value && value.Path.StartsWith(Interrupts, StringComparison.Ordinal);

    /// <summary>Gives an interrupt back the CPUs that this lease took from it, whatever others have done to it since.</summary>
    private static string Restore(IHostFiles files, LeaseStep.Value value, int[] cpus)
    {
        if (files.TryRead(value.Path) is not { } text)
        {
            return "";
        }

        var (old, now) = (CpuList.Parse(value.Old, value.Path), CpuList.Parse(text, value.Path));
        var rest = old.Except(cpus).ToArray();
        var back = rest.Length == 0 || now.SequenceEqual(rest) ? old : now.Union(old.Intersect(cpus));
        return Write(files, value.Path, CpuList.Format(back));
    }

    private static string Write(IHostFiles files, string path, string text) =>
        files.TryRead(path) is { } now && now != text && !files.TryWrite(path, text, out var refusal)
            ? $"{path} stays '{now}': {refusal}"
            : "";

    /// <summary>Moves a group's threads to its parent and removes it.</summary>
    private static string TryRemove(IHostFiles files, string group)
    {
        if (!files.FolderExists(group))
        {
            return "";
        }

        var tasks = files.TryRead($"{group}/tasks") is null ? "cgroup.threads" : "tasks";
        var refusal = "";
        for (var pass = 0; pass < MovePassesMax; pass++)
        {
            // A task may fork while its siblings are moved, hence more than one pass.
            foreach (var task in (files.TryRead($"{group}/{tasks}") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                files.TryWrite($"{Parent(group)}/{tasks}", task, out refusal);
            }

            if (files.TryRemoveFolder(group, out refusal))
            {
                return "";
            }
        }

        return $"{group} stays: {refusal}";
    }

    private static string Parent(string path) => path[..path.LastIndexOf('/')];
}
