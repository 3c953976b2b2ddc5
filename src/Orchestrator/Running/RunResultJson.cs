using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muk.Orchestrator.Running;

/// <summary>A run's result as JSON: the names of the records' members in camel case, enumerations by name.</summary>
public static class RunResultJson
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of(RunResult result) => JsonSerializer.Serialize(result, _options);
}
