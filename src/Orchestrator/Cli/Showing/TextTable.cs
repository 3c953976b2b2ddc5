namespace Muk.Orchestrator.Cli.Showing;

/// <summary>A table in plain text: columns as wide as they must be, numbers to the right.</summary>
/// <param name="headers">A title for each column; one that starts with '>' is set to the right.</param>
public sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with as many cells as there are columns.</summary>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headers.Length);
        _rows.Add(cells);
    }

    /// <summary>Writes it, every line after <paramref name="indent"/>.</summary>
    public void Write(TextWriter output, TextStyle style, string indent = "")
    {
        var widths = headers.Select((header, i) => Math.Max(Title(header).Length, _rows.Select(row =>
            row[i].Length).DefaultIfEmpty().Max()))
            .ToArray();
        output.WriteLine(indent + style.Quiet(Line([.. headers.Select(Title)], widths)));
        foreach (var row in _rows)
        {
            output.WriteLine(indent + Line(row, widths));
        }
    }

    private static string Title(string header) => header.TrimStart('>');

    private string Line(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => headers[i].StartsWith('>') ? cell.PadLeft(widths[i])
            : cell.PadRight(widths[i]))).TrimEnd();
}
