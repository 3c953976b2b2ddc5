using Muk.Abi;

namespace Muk.Kernel.Control;

/// <summary>What the orchestrator asks of a core kernel: records in the kernel's request ring, served in order by its
/// vCPU thread when no guest runs. (A kill goes through <see cref="ControlPage"/>, since it must not wait.)</summary>
public abstract record Request
{
    /// <summary>Run an image. Answered by <see cref="Event.Started"/> and <see cref="Event.Ended"/>, or just the latter.</summary>
    /// <param name="Run">Number of the run, chosen by the orchestrator, never 0, never used twice in a node's life.</param>
    /// <param name="Name">The stage's name, for messages.</param>
    /// <param name="ImagePath">The image file. A kernel keeps the last ones parsed, by path, size and change time.</param>
    /// <param name="Arguments">argv without the name.</param>
    /// <param name="Ports">Every linked port; what is not listed is not linked.</param>
    /// <param name="MemoryBytes">Limit, 0 for the manifest's or the default.</param>
    /// <param name="SpinIterations">Goes into the boot block: how long a waiting port spins before it parks.</param>
    /// <param name="Files">What of the host's files the guest may open.</param>
    /// <param name="TimeoutMilliseconds">0 for none; then <see cref="Machines.KillReason.Timeout"/>.</param>
    public sealed record Start(
        ulong Run,
        string Name,
        string ImagePath,
        IReadOnlyList<string> Arguments,
        IReadOnlyList<PortLink> Ports,
        ulong MemoryBytes,
        uint SpinIterations,
        IReadOnlyList<FileGrant> Files,
        uint TimeoutMilliseconds) : Request;

    /// <summary>End the core kernel once no guest runs.</summary>
    public sealed record Shutdown : Request;
}

/// <summary>A ring at one of the guest's ports.</summary>
public sealed record PortLink(string Port, PortDirection Direction, string RingPath);

/// <summary>A file or folder the guest may use, with everything under it.</summary>
public sealed record FileGrant(string Path, bool Write);
