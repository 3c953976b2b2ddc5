using System.Text.RegularExpressions;

namespace Muk.Orchestrator.Images;

/// <summary>What an image is made of, by whose code and data it is. Pure.</summary>
/// <param name="Part">An assembly, the runtime, the C library.</param>
/// <param name="Bytes">Of the image's file.</param>
public sealed partial record SizePart(string Part, ulong Bytes)
{
    private const string RuntimePart = ".NET runtime and collector";

    /// <summary>The parts, the largest first. What belongs to no symbol is listed by its section.</summary>
    /// <param name="image">The image's name, which a program's own symbols begin with.</param>
    /// <param name="sections">Of the file with symbols.</param>
    /// <param name="symbols">Of the same file.</param>
    public static IReadOnlyList<SizePart> Of(string image, IReadOnlyList<ElfSection> sections, IReadOnlyList<ElfSymbol> symbols)
    {
        var parts = new Dictionary<string, ulong>();
        var named = new Dictionary<int, ulong>();
        foreach (var symbol in symbols.Where(s => s.Section <= sections.Count && Takes(sections[s.Section - 1]) > 0))
        {
            var section = sections[symbol.Section - 1];
            var part = Whose(image, symbol.Name, section.Name);
            parts[part] = parts.GetValueOrDefault(part) + symbol.Bytes;
            named[symbol.Section] = named.GetValueOrDefault(symbol.Section) + symbol.Bytes;
        }

        for (var i = 0; i < sections.Count; i++)
        {
            var rest = Takes(sections[i]) - Math.Min(Takes(sections[i]), named.GetValueOrDefault(i + 1));
            if (rest > 0)
            {
                parts[What(sections[i].Name)] = parts.GetValueOrDefault(What(sections[i].Name)) + rest;
            }
        }

        var all = parts.Select(p => new SizePart(p.Key, p.Value));
        return [.. all.OrderByDescending(p => p.Bytes).ThenBy(p => p.Part, StringComparer.Ordinal)];
    }

    private static ulong Takes(ElfSection section) => section.MemoryBytes > 0 ? section.FileBytes : 0;

    // The native compiler's names: the assembly, then the type with its namespace, each with underscores for what is no letter.
    private static string Whose(string image, string symbol, string section)
    {
        var managed = section is "__managedcode" or "__unbox";
        if (symbol.StartsWith("S_P_", StringComparison.Ordinal) && symbol.IndexOf('_', 4) is > 0 and var end)
        {
            return "System.Private." + symbol[4..end];
        }

        if (managed && symbol.StartsWith(image.Replace('-', '_') + "_", StringComparison.Ordinal))
        {
            return "the program itself";
        }

        if (managed)
        {
            return symbol.StartsWith("Muk_Channel_", StringComparison.Ordinal) ? "Muk.Channel"
                : Doubled().Match(symbol) is { Success: true } match ? match.Groups[1].Value.TrimEnd('_').Replace('_', '.')
                : "instances of generic code";
        }

        return symbol.StartsWith("_Z", StringComparison.Ordinal) || symbol.StartsWith("Rh", StringComparison.Ordinal) ? RuntimePart
            : symbol.StartsWith("__", StringComparison.Ordinal) && symbol.Contains("MethodTable", StringComparison.Ordinal) ? "types"
            : "C: musl, the runtime's C, the program's";
    }

    private static string What(string section) => section switch
    {
        ".eh_frame" or ".eh_frame_hdr" or ".dotnet_eh_table" => "unwinding (for exceptions and the collector)",
        ".rodata" or ".data" or ".data.rel.ro" => "types, literals and other data",
        _ => section,
    };

    // An assembly called like the namespace that its types are in: System_Console_System_Console__WriteLine.
    [GeneratedRegex(@"^((?:[A-Z][A-Za-z0-9]*_)+?)\1")]
    private static partial Regex Doubled();
}
