namespace Muk.Kernel.Linux.Signals;

/// <summary>What a program's threads share of its signals: what is to be done for each, and those sent to no thread in particular.
/// Owner: the vCPU thread.</summary>
internal sealed class SignalActions
{
    public const int NumberMax = 64;

    private readonly SignalAction[] _actions = new SignalAction[NumberMax + 1];

    /// <summary>Signals for whichever thread takes them.</summary>
    public SignalQueue Waiting { get; } = new();

    public ref SignalAction this[int signal] => ref _actions[signal];

    /// <summary>Would the signal do nothing?</summary>
    public bool Ignored(int signal) => _actions[signal].Handler switch
    {
        SignalAction.Ignore => true,
        SignalAction.Default => Signal.IgnoredByDefault(signal),
        _ => false,
    };
}
