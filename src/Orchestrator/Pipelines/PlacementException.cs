namespace Muk.Orchestrator.Pipelines;

/// <summary>There are not enough free cores.</summary>
public sealed class PlacementException(string message) : PipelineException(message);
