using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux;

/// <summary>Signals to itself on machines where the personality keeps them (<c>kvm</c>).</summary>
internal sealed class SignalCalls(Session session)
{
    /// <summary>Bytes of a signal mask, the only size that Linux takes.</summary>
    public const ulong MaskBytes = 8;

    private const ulong StackBytesMin = 2048;
    private const int HowBlock = 0;
    private const int HowUnblock = 1;
    private const int HowSet = 2;

    private SignalState Signals => session.Signals;

    /// <summary>rt_sigaction(signal, new, old, bytes).</summary>
    public long Action(in SystemCall call)
    {
        var signal = (int)call.A0;
        if (call.A3 != MaskBytes || signal is < 1 or > SignalState.NumberMax
            || (call.A1 != 0 && signal is Signal.Kill or Signal.Stop))
        {
            return -Errno.Invalid;
        }

        ref var action = ref Signals.Action(signal);
        var before = action;
        if (call.A1 != 0)
        {
            if (!session.Memory.TryReadStruct(call.A1, out SignalAction wanted))
            {
                return -Errno.Fault;
            }

            action = wanted;
            Signals.DropIfIgnored(signal);
        }

        return call.A2 == 0 || session.Memory.TryWriteStruct(call.A2, before) ? 0 : -Errno.Fault;
    }

    /// <summary>rt_sigprocmask(how, new, old, bytes).</summary>
    public long Mask(in SystemCall call)
    {
        if (call.A3 != MaskBytes)
        {
            return -Errno.Invalid;
        }

        var before = Signals.Blocked;
        if (call.A1 != 0)
        {
            if (!session.Memory.TryReadU64(call.A1, out var mask))
            {
                return -Errno.Fault;
            }

            switch (call.A0)
            {
                case HowBlock:
                    Signals.Block(before | mask);
                    break;
                case HowUnblock:
                    Signals.Block(before & ~mask);
                    break;
                case HowSet:
                    Signals.Block(mask);
                    break;
                default:
                    return -Errno.Invalid;
            }
        }

        return call.A2 == 0 || session.Memory.TryWriteU64(call.A2, before) ? 0 : -Errno.Fault;
    }

    public long PendingMask(in SystemCall call) => call.A1 != MaskBytes ? -Errno.Invalid
        : session.Memory.TryWriteU64(call.A0, Signals.Pending & Signals.Blocked) ? 0 : -Errno.Fault;

    /// <summary>sigaltstack(new, old).</summary>
    public long AlternateStack(in SystemCall call)
    {
        var before = Signals.Stack;
        if (call.A0 != 0)
        {
            if (!session.Memory.TryReadStruct(call.A0, out SignalStack wanted))
            {
                return -Errno.Fault;
            }

            var disabled = (wanted.Flags & SignalState.StackDisabled) != 0;
            if (!disabled && wanted.Bytes < StackBytesMin)
            {
                return -Errno.NoMemory;
            }

            if (before.Holds(session.Guest.Registers.Rsp))
            {
                return -Errno.Perm;
            }

            Signals.Stack = disabled ? new() { Flags = SignalState.StackDisabled } : wanted with { Flags = 0 };
        }

        return call.A1 == 0 || session.Memory.TryWriteStruct(call.A1, before) ? 0 : -Errno.Fault;
    }

    /// <summary>kill(process, signal).</summary>
    public long Kill(in SystemCall call) => (int)call.A0 is IdentityCalls.ProcessId or 0 or -1 or -IdentityCalls.ProcessId
        ? Send((int)call.A1)
        : -Errno.NoProcess;

    /// <summary>tkill(thread, signal).</summary>
    public long KillThread(in SystemCall call) => (int)call.A0 == IdentityCalls.ProcessId ? Send((int)call.A1) : -Errno.NoProcess;

    /// <summary>tgkill(process, thread, signal).</summary>
    public long KillThreadOfGroup(in SystemCall call) =>
        (int)call.A0 == IdentityCalls.ProcessId && (int)call.A1 == IdentityCalls.ProcessId ? Send((int)call.A2) : -Errno.NoProcess;

    public long Pause() => session.Wait.Until(CallWait.Never);

    /// <summary>rt_sigsuspend(mask, bytes): the mask lasts until a handler has been entered.</summary>
    public long Suspend(in SystemCall call)
    {
        if (call.A1 != MaskBytes)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadU64(call.A0, out var mask))
        {
            return -Errno.Fault;
        }

        Signals.SavedMask ??= Signals.Blocked;
        Signals.Block(mask);
        return Pause();
    }

    private long Send(int signal)
    {
        if (signal is < 0 or > SignalState.NumberMax)
        {
            return -Errno.Invalid;
        }

        if (signal != 0)
        {
            Signals.Post(signal);
        }

        return 0;
    }
}
