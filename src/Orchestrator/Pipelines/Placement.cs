namespace Muk.Orchestrator.Pipelines;

/// <summary>Decides which stage runs on which core.</summary>
/// <remarks>With a core for each stage, neighbours get cores that share a cache where they can, and never sleep while they
/// wait. With fewer, each core gets a run of neighbouring stages of about the same length, so that as few links as possible
/// cross cores; a stage that shares its core sleeps as soon as it waits, because what it waits for needs the core.</remarks>
public static class Placement
{
    /// <summary>Spins of a stage that shares its core.</summary>
    private const uint SpinsShared = 0;

    /// <exception cref="PlacementException">There are fewer cores than stages and sharing is not allowed, or none at all.</exception>
    public static PlacedPlan Place(int stages, IReadOnlyList<FreeCore> free, CoreSharing sharing)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        if (free.Count < stages && (sharing == CoreSharing.Refuse || free.Count == 0))
        {
            throw new PlacementException($"{Counted(stages, "stage")} {(stages == 1 ? "needs" : "need")} {Counted(stages, "core")}, and {Counted(free.Count, "core")} "
                + $"{(free.Count <= 1 ? "is" : "are")} free (core 0 stays with the host)"
                + (free.Count == 0 ? "" : "; --share-cores lets stages share them, which costs a wake-up whenever one waits"));
        }

        var cores = free.OrderBy(c => c.Package).ThenBy(c => c.Cache).ThenBy(c => c.Cpu).ToArray();
        var used = Math.Min(stages, cores.Length);
        var places = new StagePlace[stages];
        for (var core = 0; core < used; core++)
        {
            var first = (int)((long)core * stages / used);
            var end = (int)((long)(core + 1) * stages / used);
            for (var stage = first; stage < end; stage++)
            {
                places[stage] = new(cores[core].Cpu, stage - first, end - first == 1 ? uint.MaxValue : SpinsShared);
            }
        }

        return new(places, Shared: used < stages);
    }

    private static string Counted(int count, string noun) => count switch
    {
        0 => $"no {noun}",
        1 => $"1 {noun}",
        _ => $"{count} {noun}s",
    };
}
