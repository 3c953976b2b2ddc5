using System.Numerics;
using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux;

/// <summary>What the guest has said about its signals, and which are waiting. Owner: the vCPU thread, but for
/// <see cref="Post"/>, which any thread may call.</summary>
internal sealed class SignalState
{
    public const int NumberMax = 64;
    public const uint StackDisabled = 2;

    private readonly SignalAction[] _actions = new SignalAction[NumberMax + 1];
    private ulong _pending;

    /// <summary>Bit n - 1: signal n is blocked.</summary>
    public ulong Blocked { get; private set; }

    /// <summary>Mask to go back to after sigsuspend.</summary>
    public ulong? SavedMask { get; set; }

    public SignalStack Stack { get; set; } = new() { Flags = StackDisabled };

    public ulong Pending => Volatile.Read(ref _pending);

    /// <summary>Is a signal waiting that is not blocked and does something?</summary>
    public bool AnyDeliverable => (Pending & ~Blocked) != 0;

    public ref SignalAction Action(int signal) => ref _actions[signal];

    public static ulong Bit(int signal) => 1ul << (signal - 1);

    /// <summary>Makes a signal wait; one that would be ignored is dropped at once, as Linux does.</summary>
    public void Post(int signal)
    {
        if (!Ignored(signal))
        {
            Interlocked.Or(ref _pending, Bit(signal));
        }
    }

    public void Block(ulong mask) => Blocked = mask & ~(Bit(Signal.Kill) | Bit(Signal.Stop));

    /// <summary>Forgets a waiting signal whose action has become to ignore it.</summary>
    public void DropIfIgnored(int signal)
    {
        if (Ignored(signal))
        {
            Interlocked.And(ref _pending, ~Bit(signal));
        }
    }

    /// <summary>Takes the first waiting signal that is not blocked; 0 for none.</summary>
    public int Take()
    {
        var ready = Pending & ~Blocked;
        if (ready == 0)
        {
            return 0;
        }

        var signal = BitOperations.TrailingZeroCount(ready) + 1;
        Interlocked.And(ref _pending, ~Bit(signal));
        return signal;
    }

    private bool Ignored(int signal) => _actions[signal].Handler switch
    {
        SignalAction.Ignore => true,
        SignalAction.Default => Signal.IgnoredByDefault(signal),
        _ => false,
    };
}

/// <summary><c>struct sigaction</c> as rt_sigaction has it on x86-64.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    public const ulong Default = 0;
    public const ulong Ignore = 1;
    public const ulong FlagSigInfo = 4;
    public const ulong FlagOnStack = 0x08000000;
    public const ulong FlagRestart = 0x10000000;
    public const ulong FlagNoDefer = 0x40000000;
    public const ulong FlagResetHand = 0x80000000;

    public ulong Handler;
    public ulong Flags;
    public ulong Restorer;
    public ulong Mask;

    public readonly bool HasHandler => Handler > Ignore;
}

/// <summary><c>stack_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalStack
{
    public ulong At;
    public uint Flags;
    public uint Padding;
    public ulong Bytes;

    public readonly bool Holds(ulong stackPointer) => Bytes != 0 && stackPointer - At <= Bytes;
}
