namespace Muk.Kernel.Cores;

/// <summary>Puts back what a lease changed, last step first. Can be repeated: what is back already stays so.</summary>
public static class LeaseUndo
{
    private const int MovePassesMax = 8;

    /// <summary>Undoes the steps.</summary>
    /// <returns>One line for each step that the host did not let be undone.</returns>
    public static IReadOnlyList<string> Run(IHostFiles files, IReadOnlyList<LeaseStep> steps)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(steps);
        var problems = new List<string>();
        foreach (var step in steps.Reverse())
        {
            if (step is LeaseStep.Value value)
            {
                if (files.TryRead(value.Path) is { } now && now != value.Old && !files.TryWrite(value.Path, value.Old, out var refusal))
                {
                    problems.Add($"{value.Path} stays '{now}': {refusal}");
                }
            }
            else if (step is LeaseStep.Group group && !TryRemove(files, group.Path, out var refusal))
            {
                problems.Add($"{group.Path} stays: {refusal}");
            }
        }

        return problems;
    }

    /// <summary>The file of a group through which tasks are moved: threads on cgroup v1, processes on v2.</summary>
    public static string TasksFile(IHostFiles files, string group)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.TryRead($"{group}/tasks") is null ? $"{group}/cgroup.procs" : $"{group}/tasks";
    }

    private static bool TryRemove(IHostFiles files, string group, out string refusal)
    {
        refusal = "";
        if (!files.FolderExists(group))
        {
            return true;
        }

        var from = TasksFile(files, group);
        var to = TasksFile(files, Parent(group));
        for (var pass = 0; pass < MovePassesMax; pass++)
        {
            // A task may fork while its siblings are moved, hence more than one pass.
            foreach (var task in Tasks(files, from))
            {
                files.TryWrite(to, task, out refusal);
            }

            if (files.TryRemoveFolder(group, out refusal))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Tasks(IHostFiles files, string path) =>
        (files.TryRead(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Parent(string path) => path[..path.LastIndexOf('/')];
}
