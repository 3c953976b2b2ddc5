namespace Muk.Orchestrator.Bench;

/// <summary>Cells that are compared with one another and therefore measured next to one another, under one floor.</summary>
/// <param name="Name">Such as "stream 8 B single".</param>
public sealed record CellGroup(string Name, IReadOnlyList<Cell> Cells);

/// <summary>A cell's result in its round.</summary>
/// <param name="Disturbed">What still disturbed the group when its tries were used up, null for nothing.</param>
public sealed record Measurement(string Group, int Round, Cell Cell, CellResult Result, string? Disturbed);

/// <summary>The order of a run: pure, from a seed.</summary>
public static class Schedule
{
    /// <summary>The groups of one round in random order, and the cells of each.</summary>
    public static IReadOnlyList<CellGroup> Round(IReadOnlyList<CellGroup> groups, Random random)
    {
        var shuffled = groups.Select(g => g with { Cells = Shuffle(g.Cells, random) }).ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static Cell[] Shuffle(IReadOnlyList<Cell> cells, Random random)
    {
        var shuffled = cells.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }
}
