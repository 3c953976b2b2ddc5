using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Writes values as JSON for other programs: camelCase names, enumerations as words.</summary>
public static class JsonOutput
{
    private static readonly JsonSerializerOptions Indented = Options(JsonLayout.Indented);
    private static readonly JsonSerializerOptions Single = Options(JsonLayout.OneLine);

    public static void Write<T>(TextWriter output, T value, JsonLayout layout = JsonLayout.Indented) =>
        output.WriteLine(JsonSerializer.Serialize(value, layout == JsonLayout.Indented ? Indented : Single));

    private static JsonSerializerOptions Options(JsonLayout layout) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = layout == JsonLayout.Indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // It goes to a terminal or a file, never into HTML.
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}

/// <summary>How JSON is laid out.</summary>
public enum JsonLayout
{
    Indented = 0,
    OneLine = 1,
}
