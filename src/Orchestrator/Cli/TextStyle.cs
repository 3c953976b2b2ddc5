namespace Muk.Orchestrator.Cli;

/// <summary>Puts colours (ECMA-48 SGR) around text, or leaves it as it is.</summary>
public sealed class TextStyle
{
    private readonly string? _end;

    private TextStyle(string? end) => _end = end;

    public static TextStyle Plain { get; } = new(null);

    public static TextStyle Coloured { get; } = new("\e[0m");

    public string Strong(string text) => Wrap("\e[1m", text);

    public string Good(string text) => Wrap("\e[32m", text);

    public string Bad(string text) => Wrap("\e[31m", text);

    public string Quiet(string text) => Wrap("\e[2m", text);

    private string Wrap(string start, string text) => _end is null ? text : start + text + _end;
}
