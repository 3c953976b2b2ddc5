namespace Muk.Kernel.Cores;

/// <summary>How far leased cores are kept from everybody else.</summary>
public enum Exclusivity
{
    /// <summary>Other Muk nodes keep off; anything else of the host may run there.</summary>
    Nodes = 1,

    /// <summary>A cpuset of their own on cgroup v1; what could be moved off was.</summary>
    Cpuset = 2,

    /// <summary>A partition of their own on cgroup v2: Linux keeps everything else off.</summary>
    Partition = 3,
}

/// <summary>A step that the host refused, and what would make it grant it.</summary>
public sealed record LeaseRefusal(string Step, string Reason, string Command);

/// <summary>What a lease got.</summary>
/// <param name="How">How exclusive the cores are.</param>
/// <param name="Refused">What the host refused; nothing of it is fatal.</param>
/// <param name="JoinFile">Where a thread writes its id ("0" is itself) to be let onto the cores; null when any may run there.</param>
/// <param name="TasksMoved">Tasks that were moved off the cores.</param>
/// <param name="InterruptsSteered">Interrupts that were steered away.</param>
public sealed record LeaseFacts(
    Exclusivity How, IReadOnlyList<LeaseRefusal> Refused, string? JoinFile, int TasksMoved, int InterruptsSteered);
