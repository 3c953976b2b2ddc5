using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Repl;

/// <summary>What <c>:help</c> shows.</summary>
public static class ReplHelp
{
    /// <summary>The commands, for the page and for completion.</summary>
    public static IReadOnlyList<(string Name, string Arguments, string Help)> Commands { get; } =
    [
        ("ls", "", "the images there are"),
        ("inspect", "<name>", "an image from inside"),
        ("build", "[name...]", "build what has changed"),
        ("stats", "", "what every stage of the last run did and cost"),
        ("set", "[name value]", "show how pipelines run, or change it"),
        ("help", "", "this page"),
        ("quit", "", "leave; the cores are given back"),
    ];

    public static void Write(Terminal terminal)
    {
        var output = terminal.Out;
        output.WriteLine("A line is a pipeline, read and written as in a shell, or a command:");
        output.WriteLine();
        output.WriteLine("  tokenize | count | top n=5 < /usr/share/common-licenses/GPL-3");
        output.WriteLine("  gen count=1000 | fir > samples     without '<' the first stage reads nothing; without '>' the result is shown");
        output.WriteLine();
        foreach (var (name, arguments, help) in Commands)
        {
            output.WriteLine($"  {terminal.OutStyle.Strong($":{name} {arguments}".PadRight(20))} {help}");
        }

        output.WriteLine();
        foreach (var (name, values, help) in ReplSettings.Known)
        {
            output.WriteLine($"  {$":set {name} {values}",-32} {help}");
        }

        output.WriteLine();
        output.WriteLine("Tab completes, the arrows go through the history, Ctrl-C ends a run.");
    }
}
