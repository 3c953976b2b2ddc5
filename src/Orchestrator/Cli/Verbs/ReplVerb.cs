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
        using var interrupts = new RunInterrupts();
        while (await lines.NextAsync(cancellation) is { } text)
        {
            using var run = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(run.Token, cancellation);
            bool goesOn;
            using (interrupts.Cancelling(run))
            {
                goesOn = await session.DoAsync(text, either.Token);
            }

            if (!goesOn)
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

    /// <summary>Ctrl-C ends the run in hand and never the session. The signal comes on a thread of the runtime's.</summary>
    private sealed class RunInterrupts : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly PosixSignalRegistration _registration;
        private CancellationTokenSource? _run;

        public RunInterrupts() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            lock (_lock)
            {
                _ = _run?.CancelAsync(); // Not on this thread: what comes of it may go on to the next line.
            }
        });

        /// <summary>Until this is disposed of, Ctrl-C cancels <paramref name="run"/>.</summary>
        public IDisposable Cancelling(CancellationTokenSource run)
        {
            Set(run);
            return new Scope(this);
        }

        public void Dispose() => _registration.Dispose();

        private void Set(CancellationTokenSource? run)
        {
            lock (_lock)
            {
                _run = run;
            }
        }

        private sealed class Scope(RunInterrupts owner) : IDisposable
        {
            public void Dispose() => owner.Set(null);
        }
    }
}
