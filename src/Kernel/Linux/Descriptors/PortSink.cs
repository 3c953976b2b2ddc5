using Muk.Channel.Rings;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Files;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>A byte port to write to: what a pipe's writing end is. Large writes go as several records and wait for room.</summary>
internal sealed class PortSink(RingProducer? ring, ulong inode) : OpenFile
{
    private const byte NewLine = (byte)'\n';

    private readonly RingRoom? _room = ring is null ? null : new(ring);
    private bool _midLine;
    private bool _closed;

    public override long Read(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override long Write(Session session, ulong at, ulong bytes)
    {
        var capped = Math.Min(bytes, StreamCalls.CountMax);
        if (ring is null)
        {
            return (long)capped;
        }

        var done = 0ul;
        while (done < capped)
        {
            var count = (int)Math.Min(capped - done, (ulong)ring.PayloadBytes);
            var claimed = Claim(session, count, out var room);
            if (claimed == 0 && !session.Memory.TryRead(new(at + done), room))
            {
                claimed = -Errno.Fault; // What was claimed and not committed was never there.
            }

            if (claimed < 0)
            {
                return done > 0 ? (long)done : claimed;
            }

            _midLine = room[^1] != NewLine;
            ring.Commit(count);
            done += (ulong)count;
        }

        return (long)done;
    }

    /// <summary>Most bytes that go out in one piece.</summary>
    public int WholeBytesMax => ring?.PayloadBytes ?? int.MaxValue;

    /// <summary>Writes several buffers as one record; together they have at most <see cref="WholeBytesMax"/> bytes.</summary>
    public long WriteWhole(Session session, ReadOnlySpan<IoVector> parts, int bytes)
    {
        if (ring is null || bytes == 0)
        {
            return bytes;
        }

        var claimed = Claim(session, bytes, out var room);
        var at = 0;
        foreach (var part in parts)
        {
            if (claimed == 0 && !session.Memory.TryRead(new(part.At), room.Slice(at, (int)part.Bytes)))
            {
                claimed = -Errno.Fault;
            }

            at += (int)part.Bytes;
        }

        if (claimed < 0)
        {
            return claimed;
        }

        _midLine = room[^1] != NewLine;
        ring.Commit(bytes);
        return bytes;
    }

    /// <summary>One line of the kernel's or of <c>muk_log</c>, whole, on a line of its own. Returns 0 or a negative errno.</summary>
    public long WriteLine(Session session, ReadOnlySpan<byte> text)
    {
        if (ring is null || _closed)
        {
            return 0;
        }

        var start = _midLine ? 1 : 0;
        var ended = text.Length > 0 && text[^1] == NewLine;
        var kept = Math.Min(text.Length - (ended ? 1 : 0), ring.PayloadBytes - start - 1);
        var claimed = Claim(session, start + kept + 1, out var room);
        if (claimed < 0)
        {
            return claimed;
        }

        room[0] = NewLine;
        text[..kept].CopyTo(room[start..]);
        room[^1] = NewLine;
        _midLine = false;
        ring.Commit(room.Length);
        return 0;
    }

    public override bool CanWait => true;

    public override PollEvents Poll(PollEvents wanted)
    {
        if (ring is null || ring.TryClaim(1, out _))
        {
            return wanted & PollEvents.Out;
        }

        return ring.Status == RingStatus.Full ? PollEvents.None : PollEvents.Error;
    }

    public override WaitSource? Changes => _room;

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Pipe(inode);
        return 0;
    }

    protected override void Close()
    {
        _closed = true;
        ring?.Close(Abi.RingState.Ended);
    }

    private long Claim(Session session, int bytes, out Span<byte> room)
    {
        if (ring!.TryClaim(bytes, out room))
        {
            return 0;
        }

        return ring.Status switch
        {
            RingStatus.Full when (Flags & OpenFlags.NonBlocking) != 0 => -Errno.Again,
            RingStatus.Full => session.Wait.For(_room!),
            RingStatus.Ended or RingStatus.PeerFailed => -Errno.Pipe,
            _ => -Errno.IO,
        };
    }
}
