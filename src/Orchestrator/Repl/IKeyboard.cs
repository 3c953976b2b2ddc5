namespace Muk.Orchestrator.Repl;

/// <summary>The keys of a terminal.</summary>
public interface IKeyboard
{
    /// <summary>Whether Ctrl-C arrives as a key; else the terminal makes a signal of it. It holds for keys that are pressed from
    /// now on: those that are under way arrive as what they were.</summary>
    bool CtrlCIsKey { set; }

    /// <summary>Whether a key is there to be read.</summary>
    bool KeyAvailable { get; }

    /// <summary>The next key; waits for one.</summary>
    ConsoleKeyInfo ReadKey();
}

/// <summary>The process' own terminal.</summary>
public sealed class ConsoleKeyboard : IKeyboard
{
    public bool CtrlCIsKey
    {
        set => Console.TreatControlCAsInput = value;
    }

    public bool KeyAvailable => Console.KeyAvailable;

    public ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);
}
