namespace Muk.Orchestrator.Cli;

/// <summary>Where a verb writes: results to <see cref="Out"/>, everything said to a person to <see cref="Error"/>.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages, progress.</param>
/// <param name="OutStyle">Whether results go to somebody who sees colours.</param>
/// <param name="ErrorStyle">The same for messages.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, TextStyle OutStyle, TextStyle ErrorStyle)
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>The process' own streams; colours only on a terminal and without NO_COLOR (no-color.org).</summary>
    public static Terminal OfProcess()
    {
        var plain = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new(
            Console.IsOutputRedirected ? Console.Out : new TerminalWriter(Console.Out, StandardOutput),
            Console.IsErrorRedirected ? Console.Error : new TerminalWriter(Console.Error, StandardError),
            plain || Console.IsOutputRedirected ? TextStyle.Plain : TextStyle.Coloured,
            plain || Console.IsErrorRedirected ? TextStyle.Plain : TextStyle.Coloured);
    }

    /// <summary>Says one line to the user.</summary>
    public void Say(string line) => Error.WriteLine($"muk: {line}");
}
