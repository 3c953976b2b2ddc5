namespace Muk.Kernel.Cores;

/// <summary>One thing a lease is about to change on the host, with what puts it back.</summary>
public abstract record LeaseStep
{
    /// <summary>A cgroup is made. Undone by moving its tasks to its parent and removing it.</summary>
    public sealed record Group(string Path) : LeaseStep;

    /// <summary>A file gets another value. Undone by writing <paramref name="Old"/>.</summary>
    public sealed record Value(string Path, string Old) : LeaseStep;
}

/// <summary>The node folder's <c>lease</c> file: one line a step, written before the step is taken, so that whoever finds
/// the file can undo what a killed node did.</summary>
/// <remarks>A line is "group TAB path" or "value TAB path TAB old". A last line without its end was never acted upon.</remarks>
public sealed class LeaseFile(string path)
{
    private const string GroupWord = "group";
    private const string ValueWord = "value";

    public string Path { get; } = path;

    /// <summary>Records a step. It may be taken once this has returned.</summary>
    public void Append(LeaseStep step) => File.AppendAllText(Path, Format(step));

    /// <summary>The steps recorded so far; none when there is no file.</summary>
    public IReadOnlyList<LeaseStep> Read() => File.Exists(Path) ? Parse(File.ReadAllText(Path)) : [];

    /// <summary>Keeps just these steps; without any, the file goes.</summary>
    public void Keep(IReadOnlyList<LeaseStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
        {
            File.Delete(Path);
            return;
        }

        // Renamed into place: a reader finds the old steps or the new ones.
        File.WriteAllText(Path + ".new", string.Concat(steps.Select(Format)));
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>A step's line. Pure.</summary>
    public static string Format(LeaseStep step)
    {
        var line = step switch
        {
            LeaseStep.Group group => $"{GroupWord}\t{group.Path}",
            LeaseStep.Value value => $"{ValueWord}\t{value.Path}\t{value.Old}",
            _ => throw new ArgumentException($"no line for {step}", nameof(step)),
        };
        return line.Contains('\n', StringComparison.Ordinal)
            ? throw new ArgumentException($"a step must fit one line: {step}", nameof(step))
            : line + "\n";
    }

    /// <summary>The steps of a file's text. What is no step is left out: it cannot have been written here. Pure.</summary>
    public static IReadOnlyList<LeaseStep> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var steps = new List<LeaseStep>();
        foreach (var line in text.Split('\n')[..^1])
        {
            var words = line.Split('\t');
            if (words is [GroupWord, var group] && IsOurs(group))
            {
                steps.Add(new LeaseStep.Group(group));
            }
            else if (words is [ValueWord, var file, var old] && IsOurs(file))
            {
                steps.Add(new LeaseStep.Value(file, old));
            }
        }

        return steps;
    }

    /// <summary>A lease changes cgroups and interrupts and nothing else, whatever a file says.</summary>
    private static bool IsOurs(string path) =>
        (path.StartsWith("/sys/fs/cgroup/", StringComparison.Ordinal) || path.StartsWith("/proc/irq/", StringComparison.Ordinal))
        && !path.Contains("/../", StringComparison.Ordinal);
}
