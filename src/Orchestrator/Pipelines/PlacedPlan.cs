namespace Muk.Orchestrator.Pipelines;

/// <summary>Which stage runs on which core.</summary>
/// <param name="Stages">One for each stage of the plan, in its order.</param>
/// <param name="Shared">Whether any core has more than one stage.</param>
public sealed record PlacedPlan(IReadOnlyList<StagePlace> Stages, bool Shared);

/// <summary>A stage's place.</summary>
/// <param name="Core">The host's number of the CPU.</param>
/// <param name="Seat">Which of that core's kernels, from 0.</param>
/// <param name="SpinIterations">Pauses before its waiting port parks; <see cref="uint.MaxValue"/>: never.</param>
public sealed record StagePlace(int Core, int Seat, uint SpinIterations)
{
    /// <summary>Whether the stage's ends of its rings may sleep.</summary>
    public bool Parks => SpinIterations != uint.MaxValue;
}
