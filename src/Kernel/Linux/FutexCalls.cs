using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux;

/// <summary>futex for a program of one thread: there is nobody to wake, and a wait ends by its timeout or a signal. One that
/// nothing can end is the program's deadlock, and ends it with a reason instead of hanging.</summary>
internal sealed class FutexCalls(Session session, TimeCalls time)
{
    private const int Wait = 0;
    private const int Wake = 1;
    private const int WaitBits = 9;
    private const int WakeBits = 10;
    private const ulong ClockRealtime = 256;
    private const ulong OperationMask = 127;

    public long Invoke(in SystemCall call)
    {
        switch ((int)(call.A1 & OperationMask))
        {
            case Wake or WakeBits:
                return session.Memory.TryReadU32(call.A0, out _) ? 0 : -Errno.Fault;
            case Wait or WaitBits:
                return WaitOn(call);
            default:
                return -Errno.NoSystemCall;
        }
    }

    private long WaitOn(in SystemCall call)
    {
        if (call.A0 % 4 != 0)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadU32(call.A0, out var now))
        {
            return -Errno.Fault;
        }

        if (now != (uint)call.A2)
        {
            return -Errno.Again;
        }

        if (call.A3 == 0)
        {
            return WaitForSignal(call.A0);
        }

        if (!session.Memory.TryReadStruct(call.A3, out TimeSpec timeout))
        {
            return -Errno.Fault;
        }

        if (!timeout.Valid)
        {
            return -Errno.Invalid;
        }

        var wait = session.Wait;
        var deadline = wait.Again ? wait.Deadline : Deadline(call.A1, timeout);
        return wait.TimedOut || session.Time.MonotonicNanoseconds() >= deadline ? -Errno.TimedOut : wait.Until(deadline);
    }

    private long Deadline(ulong operation, TimeSpec timeout)
    {
        if ((operation & OperationMask) == Wait)
        {
            return session.Time.After(timeout);
        }

        var clock = (operation & ClockRealtime) != 0 ? GuestTimeReadings.Realtime : GuestTimeReadings.Monotonic;
        return session.Time.After(TimeSpec.FromNanoseconds(Math.Max(0, timeout.TotalNanoseconds - session.Time.Nanoseconds(clock))));
    }

    private long WaitForSignal(ulong word)
    {
        if (!time.AlarmArmed && !session.MustComeBack)
        {
            var reason = FormattableString.Invariant($"deadlock: it waits on the futex at 0x{word:x} and has no other thread to wake it");
            session.RequestEnd(new GuestEnd.Crashed(Signal.Abort, reason, Backtrace.Standing(session.Guest)));
        }

        return session.Wait.Until(CallWait.Never, Errno.Restart);
    }
}
