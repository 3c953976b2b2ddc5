using System.Text;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Pipelines;

/// <summary>Two layouts side by side, lines that differ marked with '>'.</summary>
internal static class LayoutComparison
{
    /// <summary>Most lines shown before and after the first difference.</summary>
    private const int LinesAround = 24;

    public static string SideBySide(string left, MessageLayout a, string right, MessageLayout b)
    {
        var columnA = Column(left, a);
        var columnB = Column(right, b);
        var width = columnA.Max(line => line.Length);
        var first = 0;
        var rows = Math.Max(columnA.Count, columnB.Count);
        while (first + 1 < rows && Same(a, b, first))
        {
            first++;
        }

        var text = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            if (row > 0 && Math.Abs(row - first) > LinesAround)
            {
                continue;
            }

            // Row 0 is the heading; row i stands for line i - 1 of each layout.
            var differs = row > 0 && !Same(a, b, row - 1);
            var line = $"  {(differs ? '>' : ' ')} {At(columnA, row).PadRight(width)}   {At(columnB, row)}";
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static bool Same(MessageLayout a, MessageLayout b, int line) =>
        a.HasSameLine(b, line) && (line > 0 || (a.Bytes == b.Bytes && a.Align == b.Align));

    private static string At(List<string> column, int row) => row < column.Count ? column[row] : "";

    private static List<string> Column(string heading, MessageLayout layout) =>
        [heading, .. layout.Lines.Select(line => line.Depth == 0
            ? $"{layout.Name}, {layout.Bytes} bytes, aligned to {layout.Align}"
            : $"{new string(' ', (line.Depth - 1) * 2)}+{line.Offset,-4} {line.Type} {line.Name}")];
}
