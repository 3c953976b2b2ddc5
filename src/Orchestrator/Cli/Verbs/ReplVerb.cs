using System.Runtime.InteropServices;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Repl;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk repl</c>.</summary>
public sealed class ReplVerb : IVerb
{
    public VerbSpec Spec { get; } = new(
        "repl",
        "the same pipelines interactively, with line editing, history and completion",
        "",
        0,
        [],
        [
            "Core kernels stay up between lines, so that the next pipeline starts at once. Without a terminal the lines are read from "
            + "standard input, and the exit status is that of the last one.",
        ],
        [("muk repl", "then type :help"), ("muk repl < script", "runs the lines of a file")]);

    public SignalScope Signals => SignalScope.AllButInterrupt;

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var folders = ImageFolders.Find();
        await using var engine = Engine.Start();
        var session = new Session(engine.Runner, folders, terminal);
        var lines = Lines(folders, terminal);
        using var interrupts = new RunInterrupts(cancellation);
        while (await lines.NextAsync(cancellation) is { } text)
        {
            using var run = interrupts.Begin();
            if (!await session.DoAsync(text, run.Token))
            {
                break;
            }
        }

        return session.Status;
    }

    private static ILineSource Lines(ImageFolders folders, Terminal terminal)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            return new PlainLines(Console.In);
        }

        terminal.Out.WriteLine("Muk. A line is a pipeline; :help says the rest, :quit leaves.");
        return new EditedLines(new Completion(() => ImageCatalog.Load(folders.Images).Names), HistoryFile.OfUser());
    }

    /// <summary>Ctrl-C ends the run in hand and never the session.</summary>
    private sealed class RunInterrupts : IDisposable
    {
        private readonly PosixSignalRegistration _registration;
        private readonly CancellationToken _session;
        private volatile CancellationTokenSource? _run;

        public RunInterrupts(CancellationToken session)
        {
            _session = session;
            _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
            {
                context.Cancel = true;
                _run?.Cancel();
            });
        }

        public CancellationTokenSource Begin() => _run = CancellationTokenSource.CreateLinkedTokenSource(_session);

        public void Dispose() => _registration.Dispose();
    }
}
