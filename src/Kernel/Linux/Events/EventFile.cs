using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Events;

/// <summary>A counter to wait for (eventfd(2)).</summary>
internal sealed class EventFile(ulong count, bool counts) : OpenFile
{
    private const ulong CountMax = ulong.MaxValue - 1;
    private const ulong WordBytes = 8;

    private readonly WaitSource _changes = new();
    private ulong _count = count;
    private uint _arrivals;
    private uint _departures;

    public override WaitSource Changes => _changes;

    public override string Kind => "anon_inode:[eventfd]";

    public override uint Edge(PollEvents wanted) =>
        ((wanted & PollEvents.In) != 0 ? _arrivals : 0) + ((wanted & PollEvents.Out) != 0 ? _departures : 0);

    public override long Read(Session session, ulong at, ulong bytes)
    {
        if (bytes < WordBytes)
        {
            return -Errno.Invalid;
        }

        if (_count == 0)
        {
            return (Flags & OpenFlags.NonBlocking) != 0 ? -Errno.Again : session.Wait.For(_changes);
        }

        var taken = counts ? 1 : _count;
        if (!session.Memory.TryWriteU64(at, taken))
        {
            return -Errno.Fault;
        }

        _count -= taken;
        _departures++;
        _changes.Notify();
        return (long)WordBytes;
    }

    public override long Write(Session session, ulong at, ulong bytes)
    {
        if (bytes < WordBytes)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadU64(at, out var more))
        {
            return -Errno.Fault;
        }

        if (more == ulong.MaxValue)
        {
            return -Errno.Invalid;
        }

        if (more > CountMax - _count)
        {
            return (Flags & OpenFlags.NonBlocking) != 0 ? -Errno.Again : session.Wait.For(_changes);
        }

        _count += more;
        _arrivals++;
        _changes.Notify();
        return (long)WordBytes;
    }

    public override PollEvents Poll(PollEvents wanted) => wanted
        & ((_count > 0 ? PollEvents.In : PollEvents.None) | (_count < CountMax ? PollEvents.Out : PollEvents.None));

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Nameless();
        return 0;
    }
}
