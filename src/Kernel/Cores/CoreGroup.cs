namespace Muk.Kernel.Cores;

/// <summary>The way onto cores that a lease keeps everybody else off.</summary>
public static class CoreGroup
{
    /// <summary>Environment variable of a core kernel: the lease's <see cref="LeaseFacts.JoinFile"/>.</summary>
    public const string Variable = "MUK_CORE_JOIN";

    /// <summary>The file given to this process, null for none.</summary>
    public static string? JoinFile => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null;

    /// <summary>Lets the calling thread (cgroup v1) or the process (v2) onto the leased cores. To be called by the vCPU thread
    /// before it pins itself. Nothing to do without a file.</summary>
    /// <returns>"" or why not.</returns>
    public static string Join(IHostFiles files, string? joinFile)
    {
        ArgumentNullException.ThrowIfNull(files);
        return joinFile is null || files.TryWrite(joinFile, "0", out var refusal) ? "" : $"joining {joinFile} failed: {refusal}";
    }
}
