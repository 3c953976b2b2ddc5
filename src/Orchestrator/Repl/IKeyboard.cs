namespace Muk.Orchestrator.Repl;

/// <summary>The keys of a terminal.</summary>
public interface IKeyboard
{
    /// <summary>Whether Ctrl-C arrives as a key; else the terminal makes a signal of it. It holds for keys that are pressed from
    /// now on: those that are under way arrive as what they were.</summary>
    bool CtrlCIsKey { set; }

    /// <summary>Whether the terminal is no more: its window closed, its connection lost. No key comes then, ever.</summary>
    bool IsGone { get; }

    /// <summary>Whether a key is there to be read.</summary>
    bool KeyAvailable { get; }

    /// <summary>The next key; waits for one.</summary>
    ConsoleKeyInfo ReadKey();
}
