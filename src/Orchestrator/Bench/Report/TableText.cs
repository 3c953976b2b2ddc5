using System.Globalization;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench.Report;

/// <summary>Rows as a table for people: pure.</summary>
public static class TableText
{
    private static readonly string[] Heads = ["id", "what", "subject", "median", "quartiles", "best", "at least", "aim", "note"];

    public static IEnumerable<string> Lines(IReadOnlyList<BenchRow> rows)
    {
        string[][] cells = [Heads, .. rows.Select(Cells)];
        var widths = Enumerable.Range(0, Heads.Length).Select(c => cells.Max(r => r[c].Length)).ToArray();
        foreach (var row in cells)
        {
            yield return string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd();
        }
    }

    private static string[] Cells(BenchRow row)
    {
        var value = row.Value;
        var better = (row.Aim ?? row.AtLeast)?.Better ?? (row.Unit == "M/s" || row.Unit == "×" ? Better.Higher : Better.Lower);
        return
        [
            row.Id,
            row.What,
            row.Subject,
            value is null ? "not measured" : $"{Number(value.Median)} {row.Unit}",
            value is null ? "" : $"{Number(value.Lower)}–{Number(value.Upper)}",
            value is null ? "" : Number(better == Better.Lower ? value.Least : value.Most),
            Judged(row.AtLeast, value),
            Judged(row.Aim, value),
            row.Note,
        ];
    }

    private static string Judged(Bound? bound, Quartiles? value) =>
        bound is null ? "" : value is null ? bound.ToString() : $"{bound} {(bound.IsReachedBy(value) ? "met" : "NOT met")}";

    private static string Number(double value) => value.ToString(
        Math.Abs(value) >= 1000 ? "0" : Math.Abs(value) >= 100 ? "0.0" : Math.Abs(value) >= 0.1 ? "0.00" : "0.0000",
        CultureInfo.InvariantCulture);
}
