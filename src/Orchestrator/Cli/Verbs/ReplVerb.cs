using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Repl;
using Spectre.Console;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk repl</c>.</summary>
public sealed class ReplVerb : IVerb
{
    private readonly LineInterrupts _interrupts = new();

    public VerbSpec Spec { get; } = new(
        "repl",
        "the same pipelines interactively, with line editing, history and completion",
        "",
        0,
        [],
        [
            "Core kernels stay up between lines, so that the next pipeline starts at once. Without a terminal the lines are read from "
            + "standard input, and the exit status is that of the last one.",
            "Ctrl-C ends the line in hand, not the session; without a terminal it ends the session. So does the end of the terminal.",
        ],
        [("muk repl", "then type :help"), ("muk repl < script", "runs the lines of a file")]);

    /// <summary>At a terminal Ctrl-C ends the line in hand and never the session.</summary>
    public IInterrupts? Interrupts => AtTerminal ? _interrupts : null;

    private static bool AtTerminal => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var folders = ImageFolders.Find();
        await using var engine = Engine.Start();
        var session = new Session(engine.Runner, UpToDateAsync, terminal);
        return await session.RunAsync(Lines(folders, terminal), cancellation);

        async Task<IImageSource> UpToDateAsync(CancellationToken interruption)
        {
            await UpToDate.EnsureAsync(folders, terminal, interruption);
            return ImageCatalog.Load(folders.Images);
        }
    }

    private ILineSource Lines(ImageFolders folders, Terminal terminal)
    {
        if (!AtTerminal)
        {
            return new PlainLines(Console.In);
        }

        terminal.Out.WriteLine("Muk. A line is a pipeline; :help says the rest, :quit leaves.");
        return new EditedLines(new ConsoleKeyboard(), _interrupts, new Completion(() => ImageCatalog.Load(folders.Images).Names),
            HistoryFile.OfUser(), AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) }));
    }
}
