using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Threads;

/// <summary>futex: wait, wake, requeue, wake_op, and with bits. Those with priority inheritance are not served.</summary>
internal sealed class FutexCalls(Session session, FutexQueue queue)
{
    private const int Wait = 0;
    private const int Wake = 1;
    private const int Requeue = 3;
    private const int CompareRequeue = 4;
    private const int WakeOperation = 5;
    private const int WaitBits = 9;
    private const int WakeBits = 10;
    private const ulong ClockRealtime = 256;
    private const ulong OperationMask = 127;

    /// <summary>futex(word, operation, value, timeout or second value, second word, third value).</summary>
    public long Invoke(in SystemCall call) => (int)(call.A1 & OperationMask) switch
    {
        Wait => WaitOn(call, uint.MaxValue),
        WaitBits => (uint)call.A5 == 0 ? -Errno.Invalid : WaitOn(call, (uint)call.A5),
        Wake => WakeSome(call.A0, (int)call.A2, uint.MaxValue),
        WakeBits => (uint)call.A5 == 0 ? -Errno.Invalid : WakeSome(call.A0, (int)call.A2, (uint)call.A5),
        Requeue => MoveSome(call, null),
        CompareRequeue => MoveSome(call, (uint)call.A5),
        WakeOperation => WakeBoth(call),
        _ => -Errno.NoSystemCall,
    };

    /// <summary>Wakes as FUTEX_WAKE does, for the end of a thread. What is no futex wakes nobody.</summary>
    public void WakeOne(ulong word) => queue.Wake(word, 1);

    private long WaitOn(in SystemCall call, uint bits)
    {
        var wait = session.Wait;
        var waiter = session.Thread.Futex;
        var interruption = call.A3 == 0 ? Errno.Restart : Errno.RestartNoHandler;
        if (!wait.Again)
        {
            var deadline = CallWait.Never;
            if (call.A3 != 0 && Deadline(call, out deadline) is < 0 and var error)
            {
                return error;
            }

            if (Read(call.A0, out var now) is < 0 and var fault)
            {
                return fault;
            }

            if (now != (uint)call.A2)
            {
                return -Errno.Again;
            }

            queue.Add(waiter, call.A0, bits);
            return wait.For(waiter, deadline, interruption);
        }

        if (waiter.Woken)
        {
            return 0;
        }

        if (wait.TimedOut || wait.Interrupted)
        {
            queue.Remove(waiter);
        }

        return wait.TimedOut ? -Errno.TimedOut : wait.For(waiter, wait.Deadline, interruption);
    }

    /// <summary>FUTEX_WAIT's timeout is a span, FUTEX_WAIT_BITSET's a time.</summary>
    private long Deadline(in SystemCall call, out long deadline)
    {
        deadline = 0;
        if (!session.Memory.TryReadStruct(call.A3, out TimeSpec timeout))
        {
            return -Errno.Fault;
        }

        if (!timeout.Valid)
        {
            return -Errno.Invalid;
        }

        if ((call.A1 & OperationMask) == WaitBits)
        {
            var clock = (call.A1 & ClockRealtime) != 0 ? GuestTimeReadings.Realtime : GuestTimeReadings.Monotonic;
            timeout = TimeSpec.FromNanoseconds(Math.Max(0, timeout.TotalNanoseconds - session.Time.Nanoseconds(clock)));
        }

        deadline = session.Time.After(timeout);
        return 0;
    }

    private long WakeSome(ulong word, int count, uint bits) =>
        word % 4 != 0 ? -Errno.Invalid : queue.Wake(word, Math.Max(1, count), bits);

    private long MoveSome(in SystemCall call, uint? expected)
    {
        if (call.A4 % 4 != 0 || (int)call.A2 < 0 || (int)call.A3 < 0)
        {
            return -Errno.Invalid;
        }

        if (Read(call.A0, out var now) is < 0 and var fault)
        {
            return fault;
        }

        if (expected is { } value && value != now)
        {
            return -Errno.Again;
        }

        var woken = queue.Wake(call.A0, (int)call.A2);
        var moved = queue.Move(call.A0, call.A4, (int)call.A3);
        return expected is null ? woken : woken + moved;
    }

    /// <summary>FUTEX_WAKE_OP: changes the second word, wakes on the first, and on the second if what it was compares.</summary>
    private long WakeBoth(in SystemCall call)
    {
        var operation = (uint)call.A5;
        if (call.A0 % 4 != 0)
        {
            return -Errno.Invalid;
        }

        if (Read(call.A4, out var old) is < 0 and var fault)
        {
            return fault;
        }

        var operand = SignExtend(operation >> 12);
        operand = (operation >> 31) != 0 ? 1u << (int)(operand & 31) : operand;
        uint? changed = (operation >> 28 & 7) switch
        {
            0 => operand,
            1 => old + operand,
            2 => old | operand,
            3 => old & ~operand,
            4 => old ^ operand,
            _ => null,
        };
        var comparand = (int)SignExtend(operation);
        bool? compares = (operation >> 24 & 15) switch
        {
            0 => (int)old == comparand,
            1 => (int)old != comparand,
            2 => (int)old < comparand,
            3 => (int)old <= comparand,
            4 => (int)old > comparand,
            5 => (int)old >= comparand,
            _ => null,
        };
        if (changed is null || compares is null)
        {
            return -Errno.NoSystemCall;
        }

        if (!session.Memory.TryWriteU32(call.A4, changed.Value))
        {
            return -Errno.Fault;
        }

        var woken = queue.Wake(call.A0, Math.Max(1, (int)call.A2));
        return compares.Value ? woken + queue.Wake(call.A4, Math.Max(1, (int)call.A3)) : woken;
    }

    /// <summary>Twelve bits with a sign.</summary>
    private static uint SignExtend(uint value) => (uint)((int)(value << 20) >> 20);

    private long Read(ulong word, out uint value)
    {
        value = 0;
        return word % 4 != 0 ? -Errno.Invalid : session.Memory.TryReadU32(word, out value) ? 0 : -Errno.Fault;
    }
}
