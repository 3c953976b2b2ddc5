using System.Text;
using Muk.Abi;

namespace Muk.Orchestrator.Images;

/// <summary>Shows a message's type as C does, with offsets and sizes.</summary>
public static class LayoutText
{
    /// <summary>Several lines, the last without a newline.</summary>
    public static string Of(Manifest manifest, int type)
    {
        if (MessageLayout.Of(manifest, type) is not { } layout)
        {
            return $"{manifest.Types[type].Name}: more than {MessageLayout.LinesMax} fields";
        }

        var top = layout.Lines[0];
        var title = $"{layout.Name}  /* {layout.Bytes} bytes, aligned to {layout.Align} */";
        if (layout.Lines.Count == 1)
        {
            return top.Type == layout.Name ? title : $"{title} = {top.Type}";
        }

        var text = new StringBuilder(title).Append(" {\n");
        var open = new Stack<(int Depth, string Close)>();
        for (var i = 1; i < layout.Lines.Count; i++)
        {
            var line = layout.Lines[i];
            CloseDownTo(text, open, line.Depth);
            var (element, dimensions) = Split(line.Type);
            text.Append($"{Place(line)}{Indent(line.Depth)}");
            if (i + 1 < layout.Lines.Count && layout.Lines[i + 1].Depth > line.Depth)
            {
                text.Append("struct {\n");
                open.Push((line.Depth, $"}} {line.Name}{dimensions};"));
            }
            else
            {
                text.Append(element).Append(' ').Append(line.Name).Append(dimensions).Append(";\n");
            }
        }

        CloseDownTo(text, open, 0);
        return text.Append("};").ToString();
    }

    private static void CloseDownTo(StringBuilder text, Stack<(int Depth, string Close)> open, int depth)
    {
        while (open.TryPeek(out var top) && top.Depth >= depth)
        {
            text.Append(new string(' ', PlaceWidth)).Append(Indent(top.Depth)).Append(top.Close).Append('\n');
            open.Pop();
        }
    }

    private const int PlaceWidth = 18;

    private static string Place(LayoutLine line) => $"  /* {line.Offset,4} {line.Bytes,4} */".PadRight(PlaceWidth);

    private static string Indent(int depth) => new(' ', depth * 4);

    private static (string Element, string Dimensions) Split(string type)
    {
        var at = type.EndsWith(']') ? type.IndexOf('[', StringComparison.Ordinal) : type.Length;
        return (type[..at], type[at..]);
    }
}
