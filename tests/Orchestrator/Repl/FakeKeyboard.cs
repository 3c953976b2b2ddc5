using Muk.Orchestrator.Repl;

namespace Muk.Tests.Orchestrator.Repl;

/// <summary>A terminal's keyboard that behaves as termios(3) has it: Ctrl-C is a key, or a signal which also empties the queue. Keys
/// can be pressed in the moments just before and just after the terminal changes between the two.</summary>
internal sealed class FakeKeyboard(LineInterrupts signal) : IKeyboard
{
    public const char CtrlC = '\x03';
    public const char CtrlD = '\x04';

    private readonly Queue<ConsoleKeyInfo> _queue = new();
    private readonly Queue<(Moment Moment, string Keys)> _later = new();
    private bool _ctrlCIsKey = true;
    private int _lines;

    public enum Moment
    {
        /// <summary>The line is read, and the terminal still hands over Ctrl-C as a key.</summary>
        BeforeSignals = 0,

        /// <summary>The terminal makes a signal of Ctrl-C again; the line has not begun to run.</summary>
        AfterSignals = 1,

        /// <summary>A line has been done, and the next is about to be read.</summary>
        BeforeKeys = 2,
    }

    /// <summary>From now on it behaves as a terminal that is no more: whoever reads on gets keys that nobody pressed.</summary>
    public bool IsGone { get; set; }

    public bool KeyAvailable => IsGone || _queue.Count > 0;

    public bool CtrlCIsKey
    {
        set
        {
            if (value)
            {
                PressWhatIsFor(_lines++ > 0 ? Moment.BeforeKeys : null);
                _ctrlCIsKey = true;
                return;
            }

            PressWhatIsFor(Moment.BeforeSignals);
            _ctrlCIsKey = false;
            PressWhatIsFor(Moment.AfterSignals);
        }
    }

    public ConsoleKeyInfo ReadKey() => IsGone ? default : _queue.Dequeue();

    public FakeKeyboard Press(string keys)
    {
        foreach (var key in keys)
        {
            if (key == CtrlC && !_ctrlCIsKey)
            {
                _queue.Clear();
                signal.Interrupt();
            }
            else
            {
                _queue.Enqueue(Key(key));
            }
        }

        return this;
    }

    /// <summary>Presses keys when that moment comes; several wait for each other, so each is for a line of its own.</summary>
    public FakeKeyboard PressAt(Moment moment, string keys)
    {
        _later.Enqueue((moment, keys));
        return this;
    }

    private void PressWhatIsFor(Moment? moment)
    {
        if (_later.TryPeek(out var next) && next.Moment == moment)
        {
            Press(_later.Dequeue().Keys);
        }
    }

    private static ConsoleKeyInfo Key(char key) => key switch
    {
        CtrlC => new(key, ConsoleKey.C, shift: false, alt: false, control: true),
        CtrlD => new(key, ConsoleKey.D, shift: false, alt: false, control: true),
        '\r' => new(key, ConsoleKey.Enter, shift: false, alt: false, control: false),
        _ => new(key, ConsoleKey.None, shift: false, alt: false, control: false),
    };
}
