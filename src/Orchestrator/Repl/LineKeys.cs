using RadLine;

namespace Muk.Orchestrator.Repl;

/// <summary>Gives the line editor the keys of one line and not one more. Belongs to the session's thread.</summary>
/// <remarks>
/// The editor reads as many keys as there are. What follows the end of a line, though, is not the editor's: a Ctrl-C pressed right
/// after Enter is meant for what Enter has started. So keys are withheld from the end of a line on, and when the terminal makes
/// signals of Ctrl-C again, those that were still keys are looked for among the keys that had arrived by then. A key is either in
/// the terminal's queue before that change, and found, or is pressed after it, and a signal.
/// </remarks>
public sealed class LineKeys(IKeyboard keyboard) : IInputSource
{
    private readonly Queue<ConsoleKeyInfo> _ahead = new();
    private CancellationTokenSource? _reading;
    private bool _lineOver = true;

    /// <inheritdoc/>
    public bool ByPassProcessing => true;

    /// <summary>Whether the terminal is no more.</summary>
    public bool IsGone => keyboard.IsGone;

    /// <summary>A line begins: from now on Ctrl-C is a key.</summary>
    /// <param name="reading">Cancelled when the terminal turns out to be no more.</param>
    public void Begin(CancellationTokenSource reading)
    {
        _reading = reading;
        keyboard.CtrlCIsKey = true;
        _lineOver = false;
    }

    /// <summary>A line is over: from now on Ctrl-C is a signal. What was typed ahead is kept for the lines to come.</summary>
    /// <returns>Whether Ctrl-C was pressed after the end of the line; then what was typed before it is forgotten, as terminals
    /// do it.</returns>
    public bool End()
    {
        _lineOver = true;
        keyboard.CtrlCIsKey = false;
        var interrupted = false;
        while (!IsGone && keyboard.KeyAvailable)
        {
            var key = keyboard.ReadKey();
            if (IsCtrlC(key))
            {
                interrupted = true;
                _ahead.Clear();
            }
            else
            {
                _ahead.Enqueue(key);
            }
        }

        return interrupted;
    }

    /// <summary>Forgets what was typed ahead.</summary>
    public void Forget() => _ahead.Clear();

    /// <inheritdoc/>
    public bool IsKeyAvailable()
    {
        if (IsGone)
        {
            _reading?.Cancel(); // The editor looks at nothing else while no key is there.
            return false;
        }

        return !_lineOver && (_ahead.Count > 0 || keyboard.KeyAvailable);
    }

    /// <inheritdoc/>
    public ConsoleKeyInfo ReadKey()
    {
        var key = _ahead.Count > 0 ? _ahead.Dequeue() : keyboard.ReadKey();
        _lineOver = IsCtrlC(key) || key is { Key: ConsoleKey.Enter, Modifiers: 0 };
        return key;
    }

    private static bool IsCtrlC(ConsoleKeyInfo key) => key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control };
}
