namespace Muk.Orchestrator.Pipelines;

/// <summary>A pipeline cannot run, for a reason its author can act on. The message is for people, and needs no stack trace.</summary>
public abstract class PipelineException(string message) : Exception(message);
