using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Signals;

/// <summary>Signals to itself and its threads on machines where the personality keeps them (<c>kvm</c>).</summary>
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
        if (call.A3 != MaskBytes || signal is < 1 or > SignalActions.NumberMax
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
        var inUse = before.Holds(session.Guest.Registers.Rsp);
        if (call.A0 != 0)
        {
            if (!session.Memory.TryReadStruct(call.A0, out SignalStack wanted))
            {
                return -Errno.Fault;
            }

            var disabled = (wanted.Flags & SignalStack.Disabled) != 0;
            if (!disabled && wanted.Bytes < StackBytesMin)
            {
                return -Errno.NoMemory;
            }

            if (inUse)
            {
                return -Errno.Perm;
            }

            Signals.Stack = disabled ? new() { Flags = SignalStack.Disabled } : wanted with { Flags = 0 };
        }

        before.Flags |= inUse ? SignalStack.InUse : 0;
        return call.A1 == 0 || session.Memory.TryWriteStruct(call.A1, before) ? 0 : -Errno.Fault;
    }

    /// <summary>kill(process, signal).</summary>
    public long Kill(in SystemCall call) => IsHere((int)call.A0) ? Send(SignalInfo.Sent((int)call.A1), null) : -Errno.NoProcess;

    /// <summary>tkill(thread, signal).</summary>
    public long KillThread(in SystemCall call) =>
        (int)call.A0 <= 0 ? -Errno.Invalid : ToThread((int)call.A0, SignalInfo.SentToThread((int)call.A1));

    /// <summary>tgkill(process, thread, signal).</summary>
    public long KillThreadOfGroup(in SystemCall call) => (int)call.A0 <= 0 || (int)call.A1 <= 0 ? -Errno.Invalid
        : (int)call.A0 == IdentityCalls.ProcessId ? ToThread((int)call.A1, SignalInfo.SentToThread((int)call.A2))
        : -Errno.NoProcess;

    /// <summary>rt_sigqueueinfo(process, signal, info).</summary>
    public long Queue(in SystemCall call)
    {
        var error = ReadInfo(call.A2, (int)call.A1, out var info);
        return error != 0 ? error : (int)call.A0 == IdentityCalls.ProcessId ? Send(info, null) : -Errno.NoProcess;
    }

    /// <summary>rt_tgsigqueueinfo(process, thread, signal, info).</summary>
    public long QueueToThread(in SystemCall call)
    {
        var error = ReadInfo(call.A3, (int)call.A2, out var info);
        return error != 0 ? error : (int)call.A0 == IdentityCalls.ProcessId ? ToThread((int)call.A1, info) : -Errno.NoProcess;
    }

    /// <summary>rt_sigtimedwait(mask, info, timeout, bytes).</summary>
    public long TimedWait(in SystemCall call)
    {
        if (call.A3 != MaskBytes)
        {
            return -Errno.Invalid;
        }

        var timeout = default(TimeSpec);
        if (!session.Memory.TryReadU64(call.A0, out var mask) || (call.A2 != 0 && !session.Memory.TryReadStruct(call.A2, out timeout)))
        {
            return -Errno.Fault;
        }

        if (!timeout.Valid)
        {
            return -Errno.Invalid;
        }

        var wait = session.Wait;
        Signals.Awaited = 0;
        if (Signals.TryTake(mask & ~(SignalState.Bit(Signal.Kill) | SignalState.Bit(Signal.Stop)), out var info))
        {
            Span<byte> bytes = stackalloc byte[SignalInfo.Bytes];
            bytes.Clear();
            info.Write(bytes);
            return call.A1 == 0 || session.Memory.TryWrite(new(call.A1), bytes) ? info.Number : -Errno.Fault;
        }

        var deadline = wait.Again ? wait.Deadline : call.A2 == 0 ? CallWait.Never : session.Time.After(timeout);
        if (wait.TimedOut || (call.A2 != 0 && timeout.TotalNanoseconds == 0))
        {
            return -Errno.Again;
        }

        Signals.Awaited = wait.Interrupted ? 0 : mask;
        return wait.Until(deadline);
    }

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

    private static bool IsHere(int process) => process is IdentityCalls.ProcessId or 0 or -1 or -IdentityCalls.ProcessId;

    /// <summary>Reads what is to be told with a signal; who queues one may not pretend that the kernel did.</summary>
    private long ReadInfo(ulong at, int signal, out SignalInfo info)
    {
        info = default;
        Span<byte> bytes = stackalloc byte[SignalInfo.Bytes];
        if (!session.Memory.TryRead(new(at), bytes))
        {
            return -Errno.Fault;
        }

        info = SignalInfo.Queued(signal, bytes);
        return 0;
    }

    private long ToThread(int id, in SignalInfo info) =>
        session.Threads.Find(id) is { } thread ? Send(info, thread) : -Errno.NoProcess;

    /// <param name="thread">Null: whichever takes it.</param>
    private long Send(in SignalInfo info, GuestThread? thread)
    {
        if (info.Number is < 0 or > SignalActions.NumberMax)
        {
            return -Errno.Invalid;
        }

        return info.Number == 0 || (thread is null ? Signals.PostToAll(info) : thread.Signals.Post(info)) ? 0 : -Errno.Again;
    }
}
