using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Time;

/// <summary>Clocks, sleeps and the one interval timer.</summary>
internal sealed class TimeCalls(Session session)
{
    private const int ClocksMax = 12;
    private const int CpuClock = 2;
    private const int UsageSelf = 0;
    private const int UsageChildren = -1;
    private const int UsageThread = 1;
    private const long NanosecondsPerTick = 10_000_000;
    private const int TimerAbsolute = 1;
    private const int IntervalReal = 0;
    private const long NanosecondsPerMicrosecond = 1000;
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private long _alarmAt;
    private long _alarmEvery;

    private IGuestTime Clock => session.Time;

    /// <summary>Has an alarm been asked for that has not gone off?</summary>
    public bool AlarmArmed => _alarmAt != 0;

    public long GetTime(in SystemCall call)
    {
        if (call.A0 >= ClocksMax || !Clock.TryRead((int)call.A0, out var now))
        {
            return -Errno.Invalid;
        }

        return session.Memory.TryWriteStruct(call.A1, now) ? 0 : -Errno.Fault;
    }

    public long GetResolution(in SystemCall call)
    {
        if (call.A0 >= ClocksMax || !Clock.TryRead((int)call.A0, out _))
        {
            return -Errno.Invalid;
        }

        return call.A1 == 0 || session.Memory.TryWriteStruct(call.A1, TimeSpec.FromNanoseconds(1)) ? 0 : -Errno.Fault;
    }

    /// <summary>gettimeofday; the time zone is long obsolete and reads as UTC.</summary>
    public long GetTimeOfDay(in SystemCall call)
    {
        _ = Clock.TryRead(GuestTimeReadings.Realtime, out var now);
        now.Nanoseconds /= NanosecondsPerMicrosecond;
        var ok = (call.A0 == 0 || session.Memory.TryWriteStruct(call.A0, now))
            && (call.A1 == 0 || session.Memory.TryWriteU64(call.A1, 0));
        return ok ? 0 : -Errno.Fault;
    }

    public long Time(in SystemCall call)
    {
        _ = Clock.TryRead(GuestTimeReadings.Realtime, out var now);
        return call.A0 == 0 || session.Memory.TryWriteU64(call.A0, (ulong)now.Seconds) ? now.Seconds : -Errno.Fault;
    }

    /// <summary>nanosleep(span, left).</summary>
    public long Sleep(in SystemCall call)
    {
        if (!session.Memory.TryReadStruct(call.A0, out TimeSpec span))
        {
            return -Errno.Fault;
        }

        return span.Valid ? SleepUntil(Deadline(span), call.A1) : -Errno.Invalid;
    }

    /// <summary>clock_nanosleep(clock, flags, time, left).</summary>
    public long SleepOn(in SystemCall call)
    {
        if (!session.Memory.TryReadStruct(call.A2, out TimeSpec time))
        {
            return -Errno.Fault;
        }

        if (!time.Valid || call.A0 >= ClocksMax || !Clock.TryRead((int)call.A0, out var now))
        {
            return -Errno.Invalid;
        }

        if ((call.A1 & TimerAbsolute) == 0)
        {
            return SleepUntil(Deadline(time), call.A3);
        }

        var left = Math.Max(0, time.TotalNanoseconds - now.TotalNanoseconds);
        return SleepUntil(Deadline(TimeSpec.FromNanoseconds(left)), 0);
    }

    public long Alarm(in SystemCall call)
    {
        var left = Left();
        Arm((long)(uint)call.A0 * NanosecondsPerSecond, 0);
        return left == 0 ? 0 : Math.Max(1, (left + (NanosecondsPerSecond / 2)) / NanosecondsPerSecond);
    }

    public long GetTimer(in SystemCall call) => call.A0 == IntervalReal ? WriteTimer(call.A1) : -Errno.Invalid;

    public long SetTimer(in SystemCall call)
    {
        if (call.A0 != IntervalReal)
        {
            return -Errno.Invalid;
        }

        var every = default(TimeSpec);
        var first = default(TimeSpec);
        if (call.A1 != 0 && (!session.Memory.TryReadStruct(call.A1, out every) || !session.Memory.TryReadStruct(call.A1 + 16, out first)))
        {
            return -Errno.Fault;
        }

        if ((ulong)every.Nanoseconds >= MicrosecondsPerSecond || (ulong)first.Nanoseconds >= MicrosecondsPerSecond)
        {
            return -Errno.Invalid; // Before they are multiplied: a product could come round to something that looks valid.
        }

        every.Nanoseconds *= NanosecondsPerMicrosecond;
        first.Nanoseconds *= NanosecondsPerMicrosecond;
        if (!every.Valid || !first.Valid)
        {
            return -Errno.Invalid;
        }

        if (call.A2 != 0 && WriteTimer(call.A2) is < 0 and var error)
        {
            return error;
        }

        Arm(first.TotalNanoseconds, every.TotalNanoseconds);
        return 0;
    }

    /// <summary>getrusage(who, at): the CPU time, all of it the program's own, and nothing else is counted.</summary>
    public long Usage(in SystemCall call)
    {
        if ((int)call.A0 is not (UsageSelf or UsageChildren or UsageThread))
        {
            return -Errno.Invalid;
        }

        Span<TimeSpec> facts = stackalloc TimeSpec[9]; // struct rusage: two times and 14 counts.
        facts.Clear();
        if ((int)call.A0 != UsageChildren)
        {
            facts[0] = TimeSpec.FromNanoseconds(Clock.Nanoseconds(CpuClock));
            facts[0].Nanoseconds /= NanosecondsPerMicrosecond;
        }

        return session.Memory.TryWrite(new(call.A1), MemoryMarshal.AsBytes(facts)) ? 0 : -Errno.Fault;
    }

    /// <summary>times(at): in ticks of a hundredth of a second.</summary>
    public long Times(in SystemCall call)
    {
        Span<ulong> facts = stackalloc ulong[4];
        facts.Clear();
        facts[0] = (ulong)(Clock.Nanoseconds(CpuClock) / NanosecondsPerTick);
        return call.A0 == 0 || session.Memory.TryWrite(new(call.A0), MemoryMarshal.AsBytes(facts))
            ? Clock.MonotonicNanoseconds() / NanosecondsPerTick
            : -Errno.Fault;
    }

    /// <summary>The alarm has gone off: sets the next one of an interval.</summary>
    public void Fired()
    {
        _alarmAt = 0;
        if (_alarmEvery != 0)
        {
            Arm(_alarmEvery, _alarmEvery);
        }
    }

    /// <summary>When the sleep ends: reckoned once, and kept while the call is made again.</summary>
    private long Deadline(TimeSpec span) => session.Wait.Again ? session.Wait.Deadline : Clock.After(span);

    private long SleepUntil(long deadline, ulong leftAt)
    {
        var wait = session.Wait;
        var left = deadline - Clock.MonotonicNanoseconds();
        if (wait.TimedOut || left <= 0)
        {
            return 0;
        }

        return !wait.Interrupted || leftAt == 0 || session.Memory.TryWriteStruct(leftAt, TimeSpec.FromNanoseconds(left))
            ? wait.Until(deadline)
            : -Errno.Fault;
    }

    private void Arm(long nanoseconds, long every)
    {
        _alarmAt = nanoseconds == 0 ? 0 : Clock.After(TimeSpec.FromNanoseconds(nanoseconds));
        _alarmEvery = nanoseconds == 0 ? 0 : every;
        session.Options.Alarm.Set(_alarmAt);
    }

    private long Left() => _alarmAt == 0 ? 0 : Math.Max(1, _alarmAt - Clock.MonotonicNanoseconds());

    private long WriteTimer(ulong at)
    {
        var every = TimeSpec.FromNanoseconds(_alarmEvery);
        var left = TimeSpec.FromNanoseconds(Left());
        every.Nanoseconds /= NanosecondsPerMicrosecond;
        left.Nanoseconds /= NanosecondsPerMicrosecond;
        return session.Memory.TryWriteStruct(at, every) && session.Memory.TryWriteStruct(at + 16, left) ? 0 : -Errno.Fault;
    }
}
