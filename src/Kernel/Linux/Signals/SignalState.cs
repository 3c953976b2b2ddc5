namespace Muk.Kernel.Linux.Signals;

/// <summary>One thread's signals: which it blocks, which wait for it, where their handlers run. Owner: the vCPU thread.</summary>
internal sealed class SignalState(SignalActions shared)
{
    private readonly SignalQueue _own = new();

    /// <summary>Bit n - 1: signal n is blocked.</summary>
    public ulong Blocked { get; private set; }

    /// <summary>Mask to go back to after sigsuspend and its like.</summary>
    public ulong? SavedMask { get; set; }

    /// <summary>Blocked signals that a call in hand waits for (rt_sigtimedwait); 0 for none.</summary>
    public ulong Awaited { get; set; }

    public SignalStack Stack { get; set; } = new() { Flags = SignalStack.Disabled };

    /// <summary>Those that wait for this thread or for any.</summary>
    public ulong Pending => _own.Bits | shared.Waiting.Bits;

    /// <summary>Is a signal waiting that is not blocked and does something?</summary>
    public bool AnyDeliverable => (Pending & ~Blocked) != 0;

    /// <summary>Must a call that waits come back for a signal?</summary>
    public bool EndsWait => (Pending & (~Blocked | Awaited)) != 0;

    public static ulong Bit(int signal) => 1ul << (signal - 1);

    public ref SignalAction Action(int signal) => ref shared[signal];

    /// <summary>Makes a signal wait for the whole program; one that would be ignored is dropped at once, as Linux does unless it is
    /// blocked. False: too many wait.</summary>
    public bool PostToAll(in SignalInfo info) => Drops(info.Number) || shared.Waiting.Add(info);

    /// <summary>Makes a signal wait for this thread alone. False: too many wait.</summary>
    public bool Post(in SignalInfo info) => Drops(info.Number) || _own.Add(info);

    public void Block(ulong mask) => Blocked = mask & ~(Bit(Signal.Kill) | Bit(Signal.Stop));

    /// <summary>Forgets what waits of a signal whose action has become to ignore it.</summary>
    public void DropIfIgnored(int signal)
    {
        if (shared.Ignored(signal))
        {
            _own.Drop(signal);
            shared.Waiting.Drop(signal);
        }
    }

    /// <summary>Takes the first waiting signal that is not blocked.</summary>
    public bool TryTake(out SignalInfo info) => TryTake(~Blocked, out info);

    /// <summary>Takes the first waiting signal of some.</summary>
    public bool TryTake(ulong wanted, out SignalInfo info) => _own.TryTake(wanted, out info) || shared.Waiting.TryTake(wanted, out info);

    /// <summary>Makes this thread the one that takes the next of the program's signals, if it would.</summary>
    public void Claim()
    {
        if ((_own.Bits & (~Blocked | Awaited)) == 0 && shared.Waiting.TryTake(~Blocked | Awaited, out var info))
        {
            _own.Add(info);
        }
    }

    private bool Drops(int signal) => shared.Ignored(signal) && (Blocked & Bit(signal)) == 0;
}
