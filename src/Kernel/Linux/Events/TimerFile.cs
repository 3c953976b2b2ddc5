using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Events;

/// <summary>A timer to wait for (timerfd_create(2)).</summary>
internal sealed class TimerFile(Session session, int clock) : OpenFile
{
    private const ulong WordBytes = 8;

    private readonly TimerSource _source = new();
    private long _every;
    private ulong _expired;

    public override WaitSource Changes => _source;

    public override string Kind => "anon_inode:[timerfd]";

    /// <summary>Sets it.</summary>
    /// <param name="value">First expiration, in ns from now or of its clock; 0 disarms it.</param>
    /// <param name="every">ns between the following ones; 0 for one only.</param>
    public void Set(long value, long every, bool absolute)
    {
        var now = session.Time.MonotonicNanoseconds();
        (_expired, _every) = (0, every);
        var left = absolute ? Math.Max(0, value - session.Time.Nanoseconds(clock)) : value;
        _source.Next = value == 0 ? CallWait.Never : left > CallWait.Never - now ? CallWait.Never - 1 : now + left;
        _source.Notify();
    }

    /// <summary>ns until the next expiration (0: none is to come) and between those that follow.</summary>
    public (long Left, long Every) Get()
    {
        Advance();
        return _source.Next == CallWait.Never ? (0, _every) : (Math.Max(1, _source.Next - session.Time.MonotonicNanoseconds()), _every);
    }

    public override long Read(Session session, ulong at, ulong bytes)
    {
        if (bytes < WordBytes)
        {
            return -Errno.Invalid;
        }

        Advance();
        if (_expired == 0)
        {
            return (Flags & OpenFlags.NonBlocking) != 0 ? -Errno.Again : session.Wait.For(_source);
        }

        if (!session.Memory.TryWriteU64(at, _expired))
        {
            return -Errno.Fault;
        }

        _expired = 0;
        return (long)WordBytes;
    }

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.Invalid;

    public override PollEvents Poll(PollEvents wanted)
    {
        Advance();
        return _expired > 0 ? wanted & PollEvents.In : PollEvents.None;
    }

    public override uint Edge(PollEvents wanted)
    {
        Advance();
        return _source.Version;
    }

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Nameless();
        return 0;
    }

    private void Advance()
    {
        var late = session.Time.MonotonicNanoseconds() - _source.Next;
        if (_source.Next == CallWait.Never || late < 0)
        {
            return;
        }

        var times = _every == 0 ? 1 : 1 + (late / _every);
        _expired += (ulong)times;
        _source.Next = _every == 0 ? CallWait.Never : _source.Next + (times * _every);
        _source.Notify();
    }

    private sealed class TimerSource : WaitSource
    {
        public long Next { get; set; } = CallWait.Never;

        public override long DueAt => Next;
    }
}
