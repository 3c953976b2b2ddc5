namespace Muk.Orchestrator.Pipelines;

/// <summary>A pipeline as it was written: stages from left to right.</summary>
/// <remarks>
/// <code>
/// script   := pipeline (newline pipeline)*        a line that ends in '|' or '\' goes on in the next one,
/// pipeline := stage ('|' stage)*                  and so does one whose next line begins with '|'
/// stage    := name (':' port)* argument*
/// name     := letters, digits, '_', '-', '.'      port := letters, digits, '_'
/// argument := a word, as in a shell: plain characters, '…' as they are, "…" with \" \\ \n \r \t, \ before one character
/// </code>
/// <c>#</c> at the start of a word begins a comment. A stage's <c>:port</c> picks one of its ports by name where it has several;
/// the port's own direction says which side of the stage is meant, so <c>fir:left:sum</c> reads <c>left</c> and writes
/// <c>sum</c>. Kept for later, and an error until then: <c>name@node</c>, the word <c>with</c>, and the characters
/// <c>; &amp; &lt; &gt; ( ) { } $ `</c> where they are not quoted.
/// Texts are equal when their stages are. <see cref="ToString"/> gives a text that parses to an equal one.
/// </remarks>
public sealed class PipelineText : IEquatable<PipelineText>
{
    /// <summary>Longest text accepted, in UTF-16 units.</summary>
    public const int LengthMax = 64 * 1024;

    /// <summary>Most stages of one pipeline.</summary>
    public const int StagesMax = 256;

    internal PipelineText(IReadOnlyList<StageText> stages) => Stages = stages;

    /// <summary>The stages, at least one.</summary>
    public IReadOnlyList<StageText> Stages { get; }

    /// <summary>The stages' names, made unique: the second <c>fir</c> is <c>fir#2</c>.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            return [.. Stages.Select(stage =>
            {
                var times = seen[stage.Name] = seen.GetValueOrDefault(stage.Name) + 1;
                return times == 1 ? stage.Name : $"{stage.Name}#{times}";
            })];
        }
    }

    /// <summary>Parses one pipeline.</summary>
    /// <exception cref="PipelineSyntaxException">It does not parse, or is empty, or is more than one.</exception>
    public static PipelineText Parse(string text)
    {
        var parser = new PipelineParser(text);
        var first = parser.Next() ?? throw new PipelineSyntaxException("there is no pipeline here", text, 0);
        parser.ExpectEnd();
        return first;
    }

    /// <summary>Parses any number of pipelines, one after another, as in a script.</summary>
    /// <exception cref="PipelineSyntaxException">One of them does not parse.</exception>
    public static IReadOnlyList<PipelineText> ParseScript(string text)
    {
        var parser = new PipelineParser(text);
        var all = new List<PipelineText>();
        while (parser.Next() is { } pipeline)
        {
            all.Add(pipeline);
        }

        return all;
    }

    public bool Equals(PipelineText? other) => other is not null && Stages.SequenceEqual(other.Stages);

    public override bool Equals(object? obj) => Equals(obj as PipelineText);

    public override int GetHashCode() => Stages.Aggregate(17, HashCode.Combine);

    /// <summary>The text on one line.</summary>
    public override string ToString() => string.Join(" | ", Stages);
}
