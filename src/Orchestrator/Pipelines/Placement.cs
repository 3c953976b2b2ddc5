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
            throw new PlacementException($"{Counted(stages, "stage")} {(stages == 1 ? "needs" : "need")} {Counted(stages, "core")}, and "
                + (free.Count == 0
                    ? "no core is free (core 0 stays with the host, and whatever else there is, other pipelines have); --share-cores "
                        + "lets stages share cores, and needs one"
                    : $"{Counted(free.Count, "core")} {(free.Count == 1 ? "is" : "are")} free (core 0 stays with the host); --share-cores "
                        + "lets stages share them, which costs a wake-up whenever one waits"));
        }

        var cores = Nearest(free, stages);
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

    /// <summary>Cores in the order in which neighbouring stages should get them: behind one cache where that holds them all, the
    /// smallest such, which leaves the large ones to larger pipelines; else a package after the other, those with most free
    /// cores first, and its caches likewise.</summary>
    private static FreeCore[] Nearest(IReadOnlyList<FreeCore> free, int stages)
    {
        var caches = free.GroupBy(c => (c.Package, c.Cache)).Select(g => g.OrderBy(c => c.Cpu).ToArray()).ToArray();
        if (caches.Where(c => c.Length >= stages).OrderBy(c => c.Length).ThenBy(c => c[0].Cpu).FirstOrDefault() is { } whole)
        {
            return whole;
        }

        return [.. caches
            .GroupBy(c => c[0].Package)
            .OrderByDescending(p => p.Sum(c => c.Length)).ThenBy(p => p.Key)
            .SelectMany(p => p.OrderByDescending(c => c.Length).ThenBy(c => c[0].Cpu))
            .SelectMany(c => c)];
    }

    private static string Counted(int count, string noun) => count switch
    {
        0 => $"no {noun}",
        1 => $"1 {noun}",
        _ => $"{count} {noun}s",
    };
}
