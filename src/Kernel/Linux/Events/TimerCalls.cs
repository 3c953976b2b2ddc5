using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Events;

/// <summary>timerfd_create, timerfd_settime, timerfd_gettime.</summary>
internal sealed class TimerCalls(Session session, DescriptorTable descriptors)
{
    private const ulong KnownFlags = OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
    private const ulong Absolute = 1;
    private const ulong CancelOnSet = 2;
    private const ulong IntervalBytes = 16;

    /// <summary>timerfd_create(clock, flags).</summary>
    public long Make(in SystemCall call)
    {
        const int boottime = 7;
        if (call.A0 is not (GuestTimeReadings.Realtime or GuestTimeReadings.Monotonic or boottime) || (call.A1 & ~KnownFlags) != 0)
        {
            return -Errno.Invalid;
        }

        var flags = OpenFlags.ReadWrite | ((uint)call.A1 & OpenFlags.NonBlocking);
        return descriptors.Add(new TimerFile(session, (int)call.A0) { Flags = flags }, call.A1);
    }

    /// <summary>timerfd_settime(descriptor, flags, new, old).</summary>
    public long Set(in SystemCall call)
    {
        if ((call.A1 & ~(Absolute | CancelOnSet)) != 0)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadStruct(call.A2, out TimeSpec every)
            || !session.Memory.TryReadStruct(call.A2 + IntervalBytes, out TimeSpec value))
        {
            return -Errno.Fault;
        }

        if (!every.Valid || !value.Valid)
        {
            return -Errno.Invalid;
        }

        if (descriptors.Find(call.A0) is not TimerFile timer)
        {
            return descriptors.Find(call.A0) is null ? -Errno.BadDescriptor : -Errno.Invalid;
        }

        var before = timer.Get();
        timer.Set(value.TotalNanoseconds, every.TotalNanoseconds, (call.A1 & Absolute) != 0);
        return call.A3 == 0 ? 0 : Write(call.A3, before);
    }

    /// <summary>timerfd_gettime(descriptor, at).</summary>
    public long Get(in SystemCall call) => descriptors.Find(call.A0) switch
    {
        null => -Errno.BadDescriptor,
        TimerFile timer => Write(call.A1, timer.Get()),
        _ => -Errno.Invalid,
    };

    private long Write(ulong at, (long Left, long Every) times) =>
        session.Memory.TryWriteStruct(at, TimeSpec.FromNanoseconds(times.Every))
        && session.Memory.TryWriteStruct(at + IntervalBytes, TimeSpec.FromNanoseconds(times.Left)) ? 0 : -Errno.Fault;
}
