using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux;

/// <content>Signals: entering handlers and coming back from them, on machines where the personality keeps them.</content>
public sealed partial class Personality
{
    private const int InstructionBytes = 2; // Of `syscall`.

    private readonly SignalFrame _frame = new();

    /// <summary>Enters the handlers of all signals that are ready, of a thread that is in no call.</summary>
    private SystemCallResult Deliver(IGuest guest, in GuestRegisters registers) => Deliver(guest, registers, null, 0);

    /// <summary>Enters the handlers of all signals that are ready, the last one on top, or ends the guest by one without.</summary>
    /// <param name="value">What the current thread's call came to; null where it is in none.</param>
    private SystemCallResult Deliver(IGuest guest, GuestRegisters registers, long? value, long call)
    {
        _contexts.LoadExtended(guest);
        if (value is { } result)
        {
            var again = result is -Errno.Restart or -Errno.RestartNoHandler;
            registers.Rax = again ? unchecked((ulong)-Errno.Interrupted) : (ulong)result;
        }

        while (_session.Signals.TryTake(out var info))
        {
            ref var action = ref _session.Signals.Action(info.Number);
            if (action.Handler == SignalAction.Ignore || (!action.HasHandler && Signal.IgnoredByDefault(info.Number)))
            {
                continue; // It was blocked when it came, and its action has changed since.
            }

            if (!action.HasHandler)
            {
                guest.Registers = registers;
                return Crash(info.Number, Fate(info.Number), Backtrace.Standing(guest));
            }

            if (value == -Errno.Restart && (action.Flags & SignalAction.FlagRestart) != 0)
            {
                registers.Rax = (ulong)call;
                registers.Rip -= InstructionBytes;
            }

            value = 0; // Only the first handler returns into the interrupted call.
            if (!Enter(guest, registers, info))
            {
                return Crash(Signal.Segment, $"no stack for the handler of {Signal.Name(info.Number)}", Backtrace.Standing(guest));
            }

            registers = guest.Registers;
        }

        guest.Registers = registers;
        return SystemCallResult.Resume();
    }

    private bool Enter(IGuest guest, GuestRegisters registers, in SignalInfo info)
    {
        _contexts.LoadExtended(guest);
        var signals = _session.Signals;
        ref var action = ref signals.Action(info.Number);
        var entered = action;
        if (!_frame.TryPush(guest, registers, entered, info, signals.Stack, signals.SavedMask ?? signals.Blocked))
        {
            return false;
        }

        signals.SavedMask = null;
        var own = (entered.Flags & SignalAction.FlagNoDefer) != 0 ? 0 : SignalState.Bit(info.Number);
        signals.Block(signals.Blocked | entered.Mask | own);
        if ((entered.Flags & SignalAction.FlagResetHand) != 0)
        {
            action.Handler = SignalAction.Default;
        }

        return true;
    }

    private SystemCallResult ReturnFromSignal(IGuest guest)
    {
        _contexts.LoadExtended(guest);
        if (!_frame.TryPop(guest, out var mask, out var stack))
        {
            return Crash(Signal.Segment, "it returned from a signal with a broken frame", Backtrace.Standing(guest));
        }

        _session.Signals.Block(mask);
        _session.Signals.Stack = stack;
        return _session.Signals.AnyDeliverable ? Deliver(guest, guest.Registers) : SystemCallResult.Resume();
    }

    /// <summary>Sends the current thread a signal for what its call did.</summary>
    private void Raise(int signal, IGuest guest)
    {
        if (guest.AddressSpace is not null)
        {
            _session.Signals.Post(SignalInfo.Kernel(signal));
        }
        else if (guest is IHostSignals host)
        {
            host.Raise(signal);
        }
    }

    private void RaiseAll(IGuest guest)
    {
        while (_session.Signals.TryTake(out var info))
        {
            Raise(info.Number, guest);
        }
    }

    private static string Fate(int signal) => signal switch
    {
        Signal.Abort => "it called abort",
        Signal.Pipe => "it wrote to a port that nobody reads",
        Signal.Alarm => "its alarm went off, and it has no handler",
        _ => "it sent itself the signal",
    };
}
