using System.Text;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Repl;

/// <summary>A line of the REPL: a command that starts with a colon, or a pipeline with where it reads and writes.</summary>
public abstract record ReplLine
{
    /// <summary><c>:name argument…</c>.</summary>
    public sealed record Command(string Name, IReadOnlyList<string> Arguments) : ReplLine;

    /// <summary><c>stage | stage &lt; input &gt; output</c>; a path is null where there is none.</summary>
    public sealed record Pipeline(string Text, string? Input, string? Output) : ReplLine;

    /// <summary>Nothing but blanks or a comment.</summary>
    public sealed record Nothing : ReplLine;

    /// <summary>Parses a line. Redirections may stand anywhere outside of quotes, as in a shell.</summary>
    /// <exception cref="UserErrorException">A redirection without a path, or two of the same kind.</exception>
    public static ReplLine Parse(string line)
    {
        var text = line.Trim();
        if (text.Length == 0 || text[0] == '#')
        {
            return new Nothing();
        }

        if (text[0] == ':')
        {
            var words = text[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is [] ? new Nothing() : new Command(words[0], words[1..]);
        }

        string? input = null, output = null;
        var pipeline = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0' || c is not ('<' or '>'))
            {
                pipeline.Append(c);
                if (c == '\\' && quote != '\'' && i + 1 < text.Length)
                {
                    pipeline.Append(text[++i]);
                }
                else if (quote == c)
                {
                    quote = '\0';
                }
                else if (quote == '\0' && c is '\'' or '"')
                {
                    quote = c;
                }

                continue;
            }

            var (path, end) = PathAfter(text, i + 1);
            if (path.Length == 0)
            {
                throw UserErrorException.Usage($"column {i + 1}: '{c}' needs a file after it");
            }

            if ((c == '<' ? input : output) is not null)
            {
                throw UserErrorException.Usage($"column {i + 1}: there is a '{c}' already");
            }

            (input, output) = c == '<' ? (path, output) : (input, path);
            i = end - 1;
        }

        return new Pipeline(pipeline.ToString().Trim(), input, output);
    }

    private static (string Path, int End) PathAfter(string text, int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at < text.Length && text[at] is '\'' or '"' && text.IndexOf(text[at], at + 1) is var close and > 0)
        {
            return (text[(at + 1)..close], close + 1);
        }

        var end = text.AsSpan(at).IndexOfAny(" <>|");
        end = end < 0 ? text.Length : at + end;
        return (text[at..end], end);
    }
}
