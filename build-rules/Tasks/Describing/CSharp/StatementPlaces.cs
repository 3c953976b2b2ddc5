using System.Reflection.Metadata;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>Where in the sources an instruction comes from, by the portable debug information.</summary>
/// <param name="symbols">The debug information.</param>
/// <param name="blame">The source of what has no place.</param>
/// <param name="folder">What its file names are relative to.</param>
internal sealed class StatementPlaces(MetadataReader symbols, string blame, string folder)
{
    /// <summary>The program's sources, absolute.</summary>
    public IReadOnlyList<string> Files =>
        [.. symbols.Documents.Select(d => Path.GetFullPath(symbols.GetString(symbols.GetDocument(d).Name), folder)).Where(File.Exists)];

    /// <summary>The place of <paramref name="text"/> in the statement that an instruction belongs to, else that statement's.</summary>
    public SourcePlace Of(MethodDefinitionHandle method, int offset, string text, SourceTexts sources)
    {
        SequencePoint? found = null;
        foreach (var point in symbols.GetMethodDebugInformation(method.ToDebugInformationHandle()).GetSequencePoints())
        {
            if (point.Offset > offset)
            {
                break;
            }

            found = point.IsHidden ? found : point;
        }

        if (found is not { } statement)
        {
            return new(blame, 1, 1);
        }

        var file = Path.GetFullPath(symbols.GetString(symbols.GetDocument(statement.Document).Name), folder);
        for (var number = statement.StartLine; number <= statement.EndLine; number++)
        {
            var from = number == statement.StartLine ? statement.StartColumn - 1 : 0;
            var line = sources.Line(file, number);
            var column = from <= line.Length ? line.IndexOf(text, from, StringComparison.Ordinal) : -1;
            if (column >= 0)
            {
                return new(file, number, column + 1);
            }
        }

        return new(file, statement.StartLine, statement.StartColumn);
    }
}
