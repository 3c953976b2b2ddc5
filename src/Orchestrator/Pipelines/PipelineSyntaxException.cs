using System.Text;

namespace Muk.Orchestrator.Pipelines;

/// <summary>A pipeline's text does not parse. The message has the position, the line and a caret under the place.</summary>
public sealed class PipelineSyntaxException : PipelineException
{
    /// <param name="problem">What is wrong, one line, without position.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="offset">Where in it, in UTF-16 units; the end of the text is a place too.</param>
    internal PipelineSyntaxException(string problem, string text, int offset)
        : this(problem, Locate(text, offset))
    {
    }

    private PipelineSyntaxException(string problem, (int Line, int Column, string Text) at)
        : base($"{at.Line}:{at.Column}: {problem}\n  {at.Text}\n  {Indent(at.Text, at.Column)}^") =>
        (Problem, Line, Column, LineText) = (problem, at.Line, at.Column, at.Text);

    /// <summary>What is wrong, one line.</summary>
    public string Problem { get; }

    /// <summary>Line of the text, from 1.</summary>
    public int Line { get; }

    /// <summary>Column in that line, from 1, in UTF-16 units.</summary>
    public int Column { get; }

    /// <summary>The line itself; control characters but the tab are shown as '?'.</summary>
    public string LineText { get; }

    private static (int Line, int Column, string Text) Locate(string text, int offset)
    {
        var start = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        var end = text.IndexOf('\n', offset);
        var line = text[start..(end < 0 ? text.Length : end)];
        var shown = new StringBuilder(line);
        for (var i = 0; i < shown.Length; i++)
        {
            if (char.IsControl(shown[i]) && shown[i] != '\t')
            {
                shown[i] = '?';
            }
        }

        return (text.AsSpan(0, start).Count('\n') + 1, offset - start + 1, shown.ToString());
    }

    // Tabs stay tabs, so that the caret stands under its character whatever a tab's width is.
    private static string Indent(string line, int column) =>
        string.Create(column - 1, line, (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = i < from.Length && from[i] == '\t' ? '\t' : ' ';
            }
        });
}
