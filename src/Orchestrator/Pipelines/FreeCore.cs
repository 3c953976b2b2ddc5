namespace Muk.Orchestrator.Pipelines;

/// <summary>A core that stages can be given, and what tells how near it is to another.</summary>
public sealed record FreeCore(int Cpu, int Package = 0, int Cache = 0);
