namespace Muk.Orchestrator.Bench.Statistics;

/// <summary>Why a cell, or a group of cells, is measured again: pure, from what the cells report of themselves.</summary>
public static class Disturbance
{
    /// <summary>Most that the floors of one cell, or the floors of one group's cells, may lie apart, as a part of the smallest.</summary>
    public const double DriftMax = 0.15;

    /// <summary>Most of a core's time that the hypervisor may have given to others.</summary>
    public const double StealMax = 0.01;

    /// <summary>What disturbed it, null for nothing.</summary>
    /// <param name="floors">F before and after a cell, or F of every cell, in ns.</param>
    /// <param name="steal">Part of the cores' time that was stolen meanwhile.</param>
    public static string? Of(IReadOnlyCollection<double> floors, double steal)
    {
        if (steal > StealMax)
        {
            return "steal";
        }

        return floors.Count > 0 && floors.Max() > floors.Min() * (1 + DriftMax) ? "drift" : null;
    }
}
