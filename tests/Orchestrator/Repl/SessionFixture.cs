using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Repl;
using Muk.Tests.Orchestrator.Running;
using Spectre.Console;

namespace Muk.Tests.Orchestrator.Repl;

/// <summary>A session on fake core kernels: <c>cat</c>, <c>hi</c>, <c>fails</c>, and <c>spin</c>, which runs until it is ended.</summary>
internal sealed class SessionFixture : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-test-").FullName;
    private readonly RunFixture _runs = new();
    private readonly StringWriter _said = new();
    private readonly StringWriter _out = new();
    private int _spins;

    public SessionFixture()
    {
        _runs.Add("spin", guest =>
        {
            Interlocked.Increment(ref _spins);
            guest.Spin();
            return 0;
        });
        _runs.Add("fails", _ => 7);
        _runs.Add("hi", guest =>
        {
            guest.Log("hi\n");
            return 0;
        });
        Keyboard = new FakeKeyboard(Interrupts);
        BringImages = _ => Task.FromResult(_runs.Images);
        Session = new Session(_runs.Runner, interruption => BringImages(interruption), new Terminal(
            _out, TextWriter.Synchronized(_said), TextStyle.Plain, TextStyle.Plain));
    }

    public Session Session { get; }

    public LineInterrupts Interrupts { get; } = new();

    public FakeKeyboard Keyboard { get; }

    /// <summary>What the session does to bring images up to date.</summary>
    public ImagesUpToDate BringImages { get; set; }

    public IImageSource Images => _runs.Images;

    /// <summary>How often <c>spin</c> has run.</summary>
    public int Spins => Volatile.Read(ref _spins);

    /// <summary>What it said to the user, line by line.</summary>
    public string[] Said => _said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Out => _out.ToString();

    public string File(string name) => Path.Combine(_folder, name);

    /// <summary>The session to its end, its lines typed at the keyboard.</summary>
    public Task<int> TypedAsync(CancellationToken cancellation = default) => Session.RunAsync(
        new EditedLines(
            Keyboard, Interrupts, new Completion(() => Images.Names), new HistoryFile(File("history")),
            AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(new StringWriter()) })),
        cancellation);

    /// <summary>The session to its end, its lines from a script.</summary>
    public Task<int> ScriptAsync(params string[] lines) =>
        Session.RunAsync(new PlainLines(new StringReader(string.Join('\n', lines))), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _runs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
