using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Nodes;

/// <summary>A core kernel cannot be started, or does not come up.</summary>
public sealed class KernelException(string message) : PipelineException(message);
