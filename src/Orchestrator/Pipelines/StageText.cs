using System.Text;

namespace Muk.Orchestrator.Pipelines;

/// <summary>A stage as it was written. Equality is by name, ports and arguments, not by place.</summary>
/// <param name="name">Of the image.</param>
/// <param name="ports">Ports picked by name, at most two.</param>
/// <param name="arguments">argv without the name, quotes and escapes taken off.</param>
/// <param name="offset">Where it stands in the text, in UTF-16 units.</param>
public sealed class StageText(string name, IReadOnlyList<string> ports, IReadOnlyList<string> arguments, int offset)
    : IEquatable<StageText>
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Ports { get; } = ports;

    public IReadOnlyList<string> Arguments { get; } = arguments;

    public int Offset { get; } = offset;

    public bool Equals(StageText? other) =>
        other is not null && Name == other.Name && Ports.SequenceEqual(other.Ports) && Arguments.SequenceEqual(other.Arguments);

    public override bool Equals(object? obj) => Equals(obj as StageText);

    public override int GetHashCode() => Ports.Concat(Arguments).Aggregate(Name.GetHashCode(StringComparison.Ordinal), HashCode.Combine);

    public override string ToString()
    {
        var text = new StringBuilder(Name);
        foreach (var port in Ports)
        {
            text.Append(':').Append(port);
        }

        foreach (var argument in Arguments)
        {
            text.Append(' ').Append(PipelineWord.Quote(argument));
        }

        return text.ToString();
    }
}
