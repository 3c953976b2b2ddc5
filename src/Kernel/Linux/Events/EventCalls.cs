using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Events;

/// <summary>eventfd and epoll.</summary>
internal sealed class EventCalls(Session session, DescriptorTable descriptors, MaskedWait masked)
{
    private const uint Semaphore = 1;
    private const uint KnownFlags = Semaphore | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
    private const int EventsMax = int.MaxValue / 12;
    private const int OperationAdd = 1;
    private const int OperationRemove = 2;
    private const int OperationChange = 3;

    /// <summary>eventfd2(count, flags).</summary>
    public long MakeEvent(ulong count, ulong flags) => (flags & ~(ulong)KnownFlags) != 0 ? -Errno.Invalid : descriptors.Add(
        new EventFile((uint)count, (flags & Semaphore) != 0) { Flags = OpenFlags.ReadWrite | ((uint)flags & OpenFlags.NonBlocking) },
        flags);

    /// <summary>epoll_create1(flags).</summary>
    public long MakeSet(ulong flags) => (flags & ~(ulong)OpenFlags.CloseOnExec) != 0
        ? -Errno.Invalid
        : descriptors.Add(new EpollFile { Flags = OpenFlags.ReadWrite }, flags);

    /// <summary>epoll_create(count), which must not be 0.</summary>
    public long MakeSetFor(ulong count) => (int)count <= 0 ? -Errno.Invalid : MakeSet(0);

    /// <summary>epoll_ctl(set, operation, descriptor, event). A set within a set is not served: ELOOP.</summary>
    public long Control(in SystemCall call)
    {
        if (descriptors.Find(call.A0) is not { } at || descriptors.Find(call.A2) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        var (events, data) = (0u, 0ul);
        if ((int)call.A1 != OperationRemove
            && (!session.Memory.TryReadU32(call.A3, out events) || !session.Memory.TryReadU64(call.A3 + 4, out data)))
        {
            return -Errno.Fault;
        }

        if (!file.CanWait)
        {
            return -Errno.Perm;
        }

        if (at is not EpollFile set || ReferenceEquals(set, file))
        {
            return -Errno.Invalid;
        }

        return (int)call.A1 switch
        {
            OperationAdd => file is EpollFile ? -Errno.Loop : set.Add((int)call.A2, file, events, data),
            OperationRemove => set.Remove((int)call.A2, file),
            OperationChange => (events & EpollInterest.Exclusive) != 0 ? -Errno.Invalid : set.Change((int)call.A2, file, events, data),
            _ => -Errno.Invalid,
        };
    }

    /// <summary>epoll_wait(set, events, count, milliseconds).</summary>
    public long Wait(in SystemCall call) => Wait(call, Deadline((int)call.A3));

    /// <summary>epoll_pwait(set, events, count, milliseconds, mask, bytes).</summary>
    public long WaitMasked(in SystemCall call) => WaitMasked(call, Deadline((int)call.A3));

    /// <summary>epoll_pwait2(set, events, count, timeout, mask, bytes).</summary>
    public long WaitPrecisely(in SystemCall call)
    {
        if (call.A3 == 0)
        {
            return WaitMasked(call, TimeSpec.NanosecondsMax);
        }

        return !session.Memory.TryReadStruct(call.A3, out TimeSpec timeout) ? -Errno.Fault
            : !timeout.Valid ? -Errno.Invalid
            : WaitMasked(call, session.Time.After(timeout));
    }

    private long WaitMasked(in SystemCall call, long deadline)
    {
        var error = masked.Enter(call.A4, call.A5);
        return error < 0 ? error : masked.Leave(Wait(call, deadline));
    }

    private long Wait(in SystemCall call, long deadline)
    {
        if (descriptors.Find(call.A0) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        if (file is not EpollFile set || (int)call.A2 is <= 0 or > EventsMax)
        {
            return -Errno.Invalid;
        }

        var wait = session.Wait;
        deadline = wait.Again ? wait.Deadline : deadline;
        var ready = set.Report(session, call.A1, (int)call.A2);
        if (ready != 0 || wait.TimedOut || session.Time.MonotonicNanoseconds() >= deadline)
        {
            return ready;
        }

        var result = wait.Until(deadline);
        set.AddTo(wait);
        return result;
    }

    private long Deadline(int milliseconds) =>
        milliseconds < 0 ? TimeSpec.NanosecondsMax : session.Time.MonotonicNanoseconds() + (milliseconds * 1_000_000L);
}
