using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>The machine that was asked for does not work on this host.</summary>
public sealed class MachineException(string message) : PipelineException(message);
