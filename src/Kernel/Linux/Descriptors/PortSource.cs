using Muk.Channel.Rings;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>A byte port to read from: what a pipe's reading end is. A record may be taken in pieces; the rest stays in the
/// ring, so nothing is copied twice and nothing is lost when the guest dies.</summary>
internal sealed class PortSource(RingConsumer? ring) : OpenFile
{
    private readonly RingArrivals? _arrivals = ring is null ? null : new(ring);
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
            if (!ring.TryPeek(out record))
            {
                return _taken == 0 ? Nothing(session) : -Errno.IO;
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

    public override bool CanWait => true;

    public override PollEvents Poll(PollEvents wanted)
    {
        if (_taken > 0 || (ring is not null && ring.TryPeek(out _)))
        {
            return wanted & PollEvents.In;
        }

        return ring is null || ring.Ended ? PollEvents.HangUp : ring.Failed ? PollEvents.Error : PollEvents.None;
    }

    public override WaitSource? Changes => _arrivals;

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Pipe(1);
        return 0;
    }

    protected override void Close() => ring?.Close(Abi.RingState.Ended);

    /// <summary>Nothing to read: 0 at the end, or a negative errno.</summary>
    private long Nothing(Session session)
    {
        if (ring!.Status == RingStatus.Empty && (Flags & OpenFlags.NonBlocking) != 0)
        {
            return -Errno.Again;
        }

        return ring.Status switch
        {
            RingStatus.Empty => session.Wait.For(_arrivals!),
            RingStatus.Ended or RingStatus.PeerFailed => 0,
            _ => -Errno.IO,
        };
    }

    private void Next()
    {
        ring!.Release();
        _arrivals!.Taken();
        _taken = 0;
    }
}
