using System.Text;

namespace Muk.Build.Tasks.Tools;

/// <summary>Reads what <c>clang -MD</c> writes: <c>object: file file \</c>, with make's escapes.</summary>
public static class DependencyFile
{
    /// <summary>The files that the object was made of, absolute, each once.</summary>
    /// <param name="text">The dependency file's content.</param>
    /// <param name="folder">Where the compiler ran.</param>
    public static IReadOnlyList<string> Parse(string text, string folder)
    {
        var files = new List<string>();
        var word = new StringBuilder();
        var targets = true;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            var next = i + 1 < text.Length ? text[i + 1] : '\n';
            if (c == '\\' && next is '\n' or ' ' or '#')
            {
                i++;
                if (next != '\n')
                {
                    word.Append(next);
                    continue;
                }
            }
            else if (c == '$' && next == '$')
            {
                i++;
                word.Append('$');
                continue;
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                continue;
            }

            if (word.Length > 0 && !targets)
            {
                files.Add(Path.GetFullPath(word.ToString(), folder));
            }

            targets &= word.Length == 0 || word[^1] != ':';
            word.Clear();
        }

        return [.. files.Distinct()];
    }
}
