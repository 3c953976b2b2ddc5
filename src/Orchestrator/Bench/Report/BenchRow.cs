using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench.Report;

/// <summary>Which way a figure is better.</summary>
public enum Better
{
    Lower,
    Higher,
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

    public bool IsReachedBy(Quartiles ratio) => Better == Better.Lower
        ? ratio.Median <= Value && ratio.Upper <= Value * (1 + QuartileSlack)
        : ratio.Median >= Value && ratio.Lower >= Value * (1 - QuartileSlack);

    public override string ToString() => FormattableString.Invariant($"{(Better == Better.Lower ? '≤' : '≥')} {Value:0.##}");
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
    public Verdict Verdict =>
        Value is null ? Verdict.NotMeasured
        : Aim is not null && Aim.IsReachedBy(Value) ? Verdict.Aim
        : AtLeast is not null && AtLeast.IsReachedBy(Value) ? (Aim is null ? Verdict.Aim : Verdict.AtLeast)
        : AtLeast is null && Aim is null ? Verdict.Informational : Verdict.NotMet;
}
