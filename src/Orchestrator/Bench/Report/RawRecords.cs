using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench.Report;

/// <summary>A run as JSON lines: one record for the run, one for each measurement of each round, one for each row.</summary>
public static class RawRecords
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Run(RunFacts facts) => JsonSerializer.Serialize(new { record = "run", facts }, Json);

    public static string Round(Measurement m) =>
        JsonSerializer.Serialize(new { record = "cell", m.Group, m.Round, m.Cell, m.Result, m.Disturbed }, Json);

    /// <summary>A figure of a benchmark that has no cells: one value of one round.</summary>
    public static string Sample(string name, int round, double value, string unit) =>
        JsonSerializer.Serialize(new { record = "sample", name, round, value, unit }, Json);

    public static string Row(BenchRow row) => JsonSerializer.Serialize(
        new { record = "row", row.Id, row.What, row.Subject, row.Value, row.Unit, atLeast = Bound(row.AtLeast, row.Value),
            aim = Bound(row.Aim, row.Value), row.Verdict, row.Note },
        Json);

    /// <summary>Null where there is none; <c>met</c> is absent where nothing was measured.</summary>
    private static object? Bound(Bound? bound, Quartiles? value) => bound is null
        ? null
        : new { limit = bound.ToString(), met = value is null ? (bool?)null : bound.IsReachedBy(value) };

    /// <summary>How often F came to what, in steps of a tenth: exponent of 1.1 → how many medians.</summary>
    public static string Floor(IEnumerable<double> floorsNs)
    {
        var histogram = floorsNs.GroupBy(f => Math.Round(Math.Pow(1.1, Math.Round(Math.Log(f, 1.1))), 1))
            .OrderBy(g => g.Key).Select(g => new { ns = g.Key, count = g.Count() });
        return JsonSerializer.Serialize(new { record = "floor", histogram }, Json);
    }
}
