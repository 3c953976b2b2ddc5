namespace Muk.Build.Tasks.Describing;

/// <summary>Turns C comments into plain text. Pure.</summary>
public static class CommentText
{
    /// <summary>Longest text kept, in characters: it goes into the image.</summary>
    public const int CharactersMax = 400;

    /// <summary>The first paragraph of a comment, without its markers, on one line.</summary>
    public static string FirstParagraph(string comment)
    {
        var words = new List<string>();
        foreach (var line in comment.ReplaceLineEndings("\n").Split('\n'))
        {
            var text = line.Trim();
            text = text.TrimStart('/', '*', '!', '<').Trim();
            text = text.EndsWith("*/", StringComparison.Ordinal) ? text[..^2].TrimEnd('*', ' ') : text;
            if (text.Length == 0 && words.Count > 0)
            {
                break;
            }

            if (text.Length > 0)
            {
                words.Add(text);
            }
        }

        var all = string.Join(' ', words);
        return all.Length <= CharactersMax ? all : all[..CharactersMax];
    }

    /// <summary>The comment that a file opens with, as it stands; "" for none.</summary>
    public static string Opening(string source)
    {
        var text = source.TrimStart();
        if (text.StartsWith("/*", StringComparison.Ordinal))
        {
            var end = text.IndexOf("*/", StringComparison.Ordinal);
            return end < 0 ? "" : text[..(end + 2)];
        }

        return string.Join('\n', text.Split('\n').TakeWhile(l => l.StartsWith("//", StringComparison.Ordinal)));
    }
}
