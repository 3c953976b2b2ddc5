using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench.Report;

/// <summary>Which way a figure is better.</summary>
public enum Better
{
    Lower,
    Higher,

    /// <summary>Near 1, by the bound's value above or below.</summary>
    Equal,
}

/// <summary>What a row came to.</summary>
public enum Verdict
{
    /// <summary>There is no bound for it.</summary>
    Informational,

    /// <summary>The aim is reached.</summary>
    Aim,

    /// <summary>What is asked at least is reached, the aim is not.</summary>
    AtLeast,

    NotMet,

    /// <summary>It could not be measured here; <see cref="BenchRow.Note"/> says why.</summary>
    NotMeasured,
}

/// <summary>A bound for a ratio. Reached when the median reaches it and the worse quartile is within a tenth of it.</summary>
public sealed record Bound(Better Better, double Value)
{
    private const double QuartileSlack = 0.10;

    public bool IsReachedBy(Quartiles ratio) => Better switch
    {
        Better.Lower => ratio.Median <= Value && ratio.Upper <= Value * (1 + QuartileSlack),
        Better.Higher => ratio.Median >= Value && ratio.Lower >= Value * (1 - QuartileSlack),
        _ => ratio.Median >= 1 - Value && ratio.Median <= 1 + Value,
    };

    public override string ToString() => Better switch
    {
        Better.Lower => FormattableString.Invariant($"≤ {Value:0.##}"),
        Better.Higher => FormattableString.Invariant($"≥ {Value:0.##}"),
        _ => FormattableString.Invariant($"{1 - Value:0.##}–{1 + Value:0.##}"),
    };
}

/// <summary>A line of the table.</summary>
/// <param name="Id">Of the goal.</param>
/// <param name="What">What was measured.</param>
/// <param name="Subject">Of whom, or against whom.</param>
/// <param name="Value">Null where it could not be measured.</param>
/// <param name="Unit">Of the value: "F", "×", "ms" …</param>
/// <param name="AtLeast">What is asked at least.</param>
/// <param name="Aim">What is aimed at.</param>
/// <param name="Note">Absolute figures, or why there are none.</param>
public sealed record BenchRow(
    string Id, string What, string Subject, Quartiles? Value, string Unit, Bound? AtLeast = null, Bound? Aim = null, string Note = "")
{
    private const double ControlSlack = 0.03;

    /// <summary>A subject measured twice and compared with itself: what the run's ratios are worth.</summary>
    public static BenchRow Control(string what, string subject, Quartiles? ratio) => new("A/A", what, $"{subject} over itself", ratio, "×",
        new(Better.Equal, ControlSlack), Note: ratio is null || new Bound(Better.Equal, ControlSlack).IsReachedBy(ratio)
            ? ""
            : "measure again before quoting this run");

    public Verdict Verdict =>
        Value is null ? Verdict.NotMeasured
        : Aim is not null && Aim.IsReachedBy(Value) ? Verdict.Aim
        : AtLeast is not null && AtLeast.IsReachedBy(Value) ? (Aim is null ? Verdict.Aim : Verdict.AtLeast)
        : AtLeast is null && Aim is null ? Verdict.Informational : Verdict.NotMet;
}
