using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;

namespace Muk.Kernel.Linux.Proc;

/// <summary>A text of /proc or /sys, as it was when it was opened. It cannot be written.</summary>
internal sealed class TextFile(ulong inode, byte[] text) : OpenFile
{
    private long _at;

    public override long Read(Session session, ulong at, ulong bytes)
    {
        var got = ReadAt(session, at, bytes, _at);
        _at += Math.Max(0, got);
        return got;
    }

    public override long ReadAt(Session session, ulong at, ulong bytes, long offset)
    {
        if (offset < 0)
        {
            return -Errno.Invalid;
        }

        var from = (int)Math.Min(offset, text.Length);
        var part = text.AsSpan(from, (int)Math.Min((ulong)(text.Length - from), bytes));
        return session.Memory.TryWrite(new(at), part) ? part.Length : -Errno.Fault;
    }

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override long Seek(long offset, int whence)
    {
        var from = whence switch
        {
            0 => 0,
            1 => _at,
            2 => text.Length,
            _ => -1L,
        };
        if (from < 0 || offset < -from || offset > long.MaxValue - from)
        {
            return -Errno.Invalid;
        }

        return _at = from + offset;
    }

    public override PollEvents Poll(PollEvents wanted) => wanted & PollEvents.In;

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Text(inode);
        return 0;
    }
}
