namespace Muk.Orchestrator.Pipelines;

/// <summary>What to do when there are more stages than free cores.</summary>
public enum CoreSharing
{
    /// <summary>Say so and run nothing.</summary>
    Refuse = 0,

    /// <summary>Let stages share cores: they sleep while they wait, which costs a wake-up per wait.</summary>
    Allow = 1,
}
