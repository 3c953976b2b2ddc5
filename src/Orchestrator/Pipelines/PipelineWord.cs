using System.Text;

namespace Muk.Orchestrator.Pipelines;

/// <summary>What a word of a pipeline's text may hold unquoted, and how it is quoted where it may not.</summary>
internal static class PipelineWord
{
    /// <summary>The word that will begin a stage's options.</summary>
    public const string Reserved = "with";

    public static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    public static bool IsPortCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>Blank inside a line.</summary>
    public static bool IsBlank(char c) => c is ' ' or '\t' or '\r';

    /// <summary>Characters with a meaning kept for later.</summary>
    public static bool IsReserved(char c) => c is ';' or '&' or '<' or '>' or '(' or ')' or '{' or '}' or '$' or '`';

    /// <summary>The word written so that it parses to <paramref name="value"/>; <c>name=</c> stays outside the quotes.</summary>
    public static string Quote(string value)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        var plain = equals > 0 && value.AsSpan(0, equals).IndexOfAnyExcept(_plainCharacters) < 0 ? equals + 1 : 0;
        var rest = value.AsSpan(plain);
        if ((plain > 0 || (rest.Length > 0 && value != Reserved)) && rest.IndexOfAnyExcept(_plainCharacters) < 0)
        {
            return value;
        }

        var text = new StringBuilder().Append(value, 0, plain).Append('"');
        foreach (var c in rest)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private static readonly System.Buffers.SearchValues<char> _plainCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/+=@%^~!?*[]");
}
