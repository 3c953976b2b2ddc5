using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>How to run a plan.</summary>
public sealed record RunOptions
{
    public MachineRequest Machine { get; init; } = MachineRequest.Auto;

    public CoreSharing Sharing { get; init; } = CoreSharing.Refuse;

    /// <summary>How long the whole pipeline may take from its start; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What feeds the first stage's <c>in</c>. Not owned: it is left open.</summary>
    public required PipelineInput Input { get; init; }

    /// <summary>What takes the last stage's <c>out</c>. Not owned.</summary>
    public required PipelineOutput Output { get; init; }

    /// <summary>Memory limit of every stage in bytes, 0 for each image's own.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>What of the host's files the stages may open.</summary>
    public IReadOnlyList<FileGrant> Files { get; init; } = [];
}

/// <summary>Which machine runs the stages.</summary>
public enum MachineRequest
{
    /// <summary><c>kvm</c> where a measured guest runs at native speed, else <c>process</c>.</summary>
    Auto = 0,
    Kvm = 1,
    Process = 2,
}
