using Muk.Orchestrator.Running.Interop;

namespace Muk.Orchestrator.Repl;

/// <summary>The process' own terminal.</summary>
/// <remarks>A terminal that has gone says without end that something is there to be read, and then that it is nothing; the console
/// makes keys of that. So it is asked first whether it is still there.</remarks>
public sealed class ConsoleKeyboard : IKeyboard
{
    private const int StandardInput = 0;

    private bool _gone;

    public bool CtrlCIsKey
    {
        set => OrGone(() => Console.TreatControlCAsInput = value);
    }

    public bool IsGone => _gone = _gone || Descriptors.IsHungUp(StandardInput);

    public bool KeyAvailable
    {
        get
        {
            var available = false;
            OrGone(() => available = Console.KeyAvailable);
            return available && !IsGone;
        }
    }

    public ConsoleKeyInfo ReadKey()
    {
        var key = default(ConsoleKeyInfo);
        OrGone(() => key = Console.ReadKey(intercept: true));
        return key;
    }

    // What fails at a terminal that has gone since it was asked fails because of that.
    private void OrGone(Action action)
    {
        try
        {
            action();
        }
        catch (IOException) when (IsGone)
        {
            _gone = true;
        }
    }
}
