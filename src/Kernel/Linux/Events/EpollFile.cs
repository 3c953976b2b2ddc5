using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Events;

/// <summary>A set of descriptors to wait for (epoll(7)). Owner: the vCPU thread.</summary>
/// <remarks>An interest is in a descriptor and what it led to when it was added; it goes when that is closed for good. What is level
/// triggered is reported for as long as it holds; what is edge triggered, after each news of it and after it was added or changed.
/// Those that have been reported go to the end, so that none keeps the others out.</remarks>
internal sealed class EpollFile : OpenFile
{
    private readonly List<EpollInterest> _interests = [];
    private readonly WaitSource _changes = new();

    public override WaitSource Changes => _changes;

    public override string Kind => "anon_inode:[eventpoll]";

    public override long Read(Session session, ulong at, ulong bytes) => -Errno.Invalid;

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.Invalid;

    public override PollEvents Poll(PollEvents wanted)
    {
        foreach (var interest in _interests)
        {
            if (!interest.File.IsClosed && interest.Ready != PollEvents.None)
            {
                return wanted & PollEvents.In;
            }
        }

        return PollEvents.None;
    }

    public override void AddTo(CallWait wait)
    {
        wait.Add(_changes);
        foreach (var interest in _interests)
        {
            if (!interest.File.IsClosed && interest.Armed)
            {
                interest.File.AddTo(wait);
            }
        }
    }

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Nameless();
        return 0;
    }

    /// <summary>EPOLL_CTL_ADD.</summary>
    public long Add(int descriptor, OpenFile file, uint events, ulong data)
    {
        if (Find(descriptor, file) is not null)
        {
            return -Errno.Exists;
        }

        _interests.Add(new(descriptor, file, events, data));
        _changes.Notify();
        return 0;
    }

    /// <summary>EPOLL_CTL_MOD.</summary>
    public long Change(int descriptor, OpenFile file, uint events, ulong data)
    {
        if (Find(descriptor, file) is not { } interest)
        {
            return -Errno.NoEntry;
        }

        if (interest.IsExclusive)
        {
            return -Errno.Invalid;
        }

        interest.Change(events, data);
        _changes.Notify();
        return 0;
    }

    /// <summary>EPOLL_CTL_DEL.</summary>
    public long Remove(int descriptor, OpenFile file) =>
        Find(descriptor, file) is { } interest && _interests.Remove(interest) ? 0 : -Errno.NoEntry;

    /// <summary>Writes what is ready as <c>struct epoll_event</c>s. How many, or -EFAULT.</summary>
    public long Report(Session session, ulong at, int countMax)
    {
        const int eventBytes = 12;
        Span<byte> entry = stackalloc byte[eventBytes];
        var done = 0;
        for (int i = 0, left = _interests.Count; left > 0 && done < countMax; left--)
        {
            var interest = _interests[i];
            if (interest.File.IsClosed)
            {
                _interests.RemoveAt(i);
                continue;
            }

            var ready = interest.Ready;
            if (ready == PollEvents.None)
            {
                i++;
                continue;
            }

            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)ready);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], interest.Data);
            if (!session.Memory.TryWrite(new(at + ((ulong)done * eventBytes)), entry))
            {
                return done > 0 ? done : -Errno.Fault;
            }

            interest.Reported();
            done++;
            _interests.RemoveAt(i);
            _interests.Add(interest);
        }

        return done;
    }

    protected override void Close() => _interests.Clear();

    private EpollInterest? Find(int descriptor, OpenFile file)
    {
        foreach (var interest in _interests)
        {
            if (interest.Descriptor == descriptor && ReferenceEquals(interest.File, file))
            {
                return interest;
            }
        }

        return null;
    }
}
