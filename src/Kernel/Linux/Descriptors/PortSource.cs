using Muk.Channel.Rings;
using Muk.Kernel.Linux.Files;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>A byte port to read from: what a pipe's reading end is. A record may be taken in pieces; the rest stays in the
/// ring, so nothing is copied twice and nothing is lost when the guest dies.</summary>
internal sealed class PortSource(RingConsumer? ring) : OpenFile
{
    private int _taken;

    public override long Read(Session session, ulong at, ulong bytes)
    {
        if (bytes == 0 || ring is null)
        {
            return 0;
        }

        ReadOnlySpan<byte> record;
        do
        {
            if (_taken == 0 && !ring.TryPeek(out record))
            {
                var waited = Wait(session, out record);
                if (waited <= 0)
                {
                    return waited;
                }
            }
            else if (!ring.TryPeek(out record))
            {
                return -Errno.IO;
            }

            if (_taken >= record.Length)
            {
                Next(); // An empty record carries nothing.
            }
        }
        while (record.Length == 0);

        var rest = record[_taken..];
        var count = (int)Math.Min((ulong)rest.Length, bytes);
        if (!session.Memory.TryWrite(new(at), rest[..count]))
        {
            return -Errno.Fault;
        }

        _taken += count;
        if (_taken == record.Length)
        {
            Next();
        }

        return count;
    }

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override PollEvents Poll(PollEvents wanted)
    {
        if (_taken > 0 || (ring is not null && ring.TryPeek(out _)))
        {
            return wanted & PollEvents.In;
        }

        return ring is null || ring.Ended ? PollEvents.HangUp : ring.Failed ? PollEvents.Error : PollEvents.None;
    }

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Pipe(1);
        return 0;
    }

    protected override void Close() => ring?.Close(Abi.RingState.Ended);

    /// <summary>1 with a record, 0 at the end, or a negative errno.</summary>
    private long Wait(Session session, out ReadOnlySpan<byte> record)
    {
        record = default;
        if (ring!.Status == RingStatus.Empty && (Flags & OpenFlags.NonBlocking) != 0)
        {
            return -Errno.Again;
        }

        session.CountPark();
        return ring.Peek(out record) switch
        {
            RingStatus.Ok => 1,
            RingStatus.Ended or RingStatus.PeerFailed => 0,
            RingStatus.Cancelled => -Errno.Restart,
            _ => -Errno.IO,
        };
    }

    private void Next()
    {
        ring!.Release();
        _taken = 0;
    }
}
