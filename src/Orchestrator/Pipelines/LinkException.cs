namespace Muk.Orchestrator.Pipelines;

/// <summary>A pipeline names an image or a port that is not there, or links two that do not fit.</summary>
public sealed class LinkException(string message) : PipelineException(message);
