using Muk.Abi;

namespace Muk.Orchestrator.Images;

/// <summary>What a part of a message means whichever language it was written in: two parts fit when their keys are equal. Pure.</summary>
/// <remarks>
/// C's <c>peak_count</c> and C#'s <c>PeakCount</c> are the same name, so case and underscores do not count. C's <c>char</c> is a byte of
/// text, and the bytes that other languages have are <c>uint8_t</c>. An enumerator's name is taken without what all of its enum's
/// begin with up to an underscore (<c>LEVEL_HIGH</c> is <c>High</c>), and the sign of the integer under an enum without
/// negative values is a compiler's choice.
/// </remarks>
internal static class LayoutKey
{
    /// <summary>Of a field's or an enumerator's name.</summary>
    public static string OfName(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Of a type that is no array; a struct's fields have keys of their own.</summary>
    public static string OfType(Manifest.MessageType type) => type.Kind switch
    {
        MessageTypeKind.Char => $"{MessageTypeKind.Unsigned}{type.Bytes}",
        MessageTypeKind.Struct => "struct",
        MessageTypeKind.Enum => $"enum{type.Bytes} {{ {Enumerators(type.Enumerators ?? [])} }}",
        _ => $"{type.Kind}{type.Bytes}",
    };

    private static string Enumerators(IReadOnlyList<Manifest.Enumerator> enumerators)
    {
        var shared = SharedBytes([.. enumerators.Select(e => e.Name)]);
        return string.Join(", ", enumerators.Select(e => (Name: OfName(e.Name[shared..]), e.Value))
            .OrderBy(e => e.Value).ThenBy(e => e.Name, StringComparer.Ordinal).Select(e => $"{e.Name} = {e.Value}"));
    }

    // How much of the front all names share, up to and with an underscore; every name keeps something.
    private static int SharedBytes(string[] names)
    {
        var shared = 0;
        for (var at = 0; names.Length > 1 && names.All(n => at + 1 < n.Length && n[at] == names[0][at]); at++)
        {
            shared = names[0][at] == '_' ? at + 1 : shared;
        }

        return shared;
    }
}
