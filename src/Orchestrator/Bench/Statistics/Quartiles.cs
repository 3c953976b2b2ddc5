namespace Muk.Orchestrator.Bench.Statistics;

/// <summary>The middle of a set of measurements and how far they lie apart. The unit is the measurements'.</summary>
/// <param name="Lower">First quartile.</param>
/// <param name="Median">Second quartile.</param>
/// <param name="Upper">Third quartile.</param>
/// <param name="Least">The smallest of all.</param>
/// <param name="Most">The largest of all.</param>
/// <param name="Count">How many there were.</param>
public sealed record Quartiles(double Lower, double Median, double Upper, double Least, double Most, int Count)
{
    /// <summary>Of at least one value; between two values a quartile is interpolated linearly.</summary>
    public static Quartiles Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(values));
        return new(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75), sorted[0], sorted[^1], sorted.Length);
    }

    private static double At(double[] sorted, double part)
    {
        var place = part * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }
}
