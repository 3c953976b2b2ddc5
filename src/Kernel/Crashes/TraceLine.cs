using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muk.Kernel.Crashes;

/// <summary>A line of a stack trace as a NativeAOT program prints it, <c>   at Demo.Deep.Down(Int32) + 0x3d</c>. Pure.</summary>
/// <param name="Head">Up to the closing parenthesis.</param>
/// <param name="Method">The method's name as <see cref="Key"/> has it.</param>
/// <param name="Offset">Of the instruction in the method, in bytes: where it goes on, or, for one that faulted, where it stands.</param>
public sealed partial record TraceLine(string Head, string Method, ulong Offset)
{
    private const int CharactersMax = 2048;

    /// <summary>Reads a line; null for any other text.</summary>
    public static TraceLine? Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length > CharactersMax || Shape().Match(line) is not { Success: true } found)
        {
            return null;
        }

        var offset = found.Groups["offset"];
        return new(
            found.Groups["head"].Value, Key(found.Groups["method"].ValueSpan),
            offset.Success ? ulong.Parse(offset.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>What a method's name has in common with the symbol that the native compiler makes of it: letters and digits, everything
    /// else as single underscores, without type arguments (<c>[T]</c> here, <c>&lt;…&gt;</c> in symbols of instances).</summary>
    public static string Key(ReadOnlySpan<char> name)
    {
        var key = new StringBuilder(name.Length);
        var depth = 0;
        foreach (var letter in name)
        {
            depth += letter == '[' ? 1 : letter == ']' && depth > 0 ? -1 : 0;
            var plain = char.IsAsciiLetterOrDigit(letter);
            if (depth == 0 && (plain || key.Length == 0 || key[^1] != '_'))
            {
                key.Append(plain ? letter : '_');
            }
        }

        return key.ToString().Trim('_');
    }

    /// <summary>The line with the place of the source in the form that .NET has for it.</summary>
    /// <param name="place">file:line, with or without a column.</param>
    public string At(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var parts = place.Split(':');
        return parts.Length < 2 ? $"{Head} in {place}" : $"{Head} in {parts[0]}:line {parts[1]}";
    }

    [GeneratedRegex(@"^(?<head>   at (?<method>[^\s(][^(]*)\([^()]*\))( \+ 0x(?<offset>[0-9a-f]{1,8}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
