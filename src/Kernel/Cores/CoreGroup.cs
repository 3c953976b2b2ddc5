namespace Muk.Kernel.Cores;

/// <summary>The way onto cores that a lease keeps everybody else off.</summary>
public static class CoreGroup
{
    /// <summary>What a thread writes for itself.</summary>
    public const string Self = "0";

    private const string ThreadsFile = "/cgroup.threads";

    /// <summary>Lets a thread onto the leased cores: <see cref="Self"/> is the calling thread, which pins itself afterwards; a
    /// process's id is its first thread. Threads it starts later come along, so those for the host are to be started before.
    /// </summary>
    /// <param name="joinFile">The lease's <see cref="LeaseFacts.JoinFile"/>; null: nothing to do.</param>
    /// <returns>"" or why not.</returns>
    public static string Join(IHostFiles files, string? joinFile, string task = Self)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (joinFile is null || files.TryWrite(joinFile, task, out var refusal))
        {
            return "";
        }

        // cgroup v2: a thread may be in another group than its process only below the process's own group, which therefore
        // has to be the one the lease was made in.
        if (joinFile.EndsWith(ThreadsFile, StringComparison.Ordinal))
        {
            var parent = Path.GetDirectoryName(Path.GetDirectoryName(joinFile));
            if (files.TryWrite($"{parent}/cgroup.procs", task, out refusal) && files.TryWrite(joinFile, task, out refusal))
            {
                return "";
            }
        }

        return $"joining {joinFile} failed: {refusal}";
    }
}
