using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Files;

/// <summary>A granted file or folder of the host's, open. Bytes go through one buffer, whatever length the guest gives.</summary>
internal sealed class HostFile(int descriptor, string path, byte[] buffer) : OpenFile
{
    private const int SetLock = 6;

    /// <summary>The path by which the guest opened it, for calls relative to it.</summary>
    public string Path => path;

    public override string? FolderPath => path;

    public long ReadHost(Span<byte> into, long offset) => HostFileCalls.ReadAt(descriptor, into, offset);

    public override long Read(Session session, ulong at, ulong bytes) => ReadIn(session, at, bytes, -1);

    public override long ReadAt(Session session, ulong at, ulong bytes, long offset) => ReadIn(session, at, bytes, offset);

    public override long Write(Session session, ulong at, ulong bytes) => WriteOut(session, at, bytes, -1);

    public override long WriteAt(Session session, ulong at, ulong bytes, long offset) => WriteOut(session, at, bytes, offset);

    public override long Seek(long offset, int whence) => HostFileCalls.Seek(descriptor, offset, whence);

    public override PollEvents Poll(PollEvents wanted) => wanted & (PollEvents.In | PollEvents.Out);

    public override long Stat(out HostStat stat) => HostFileCalls.Stat(descriptor, out stat);

    public override long Truncate(long bytes) => HostFileCalls.Truncate(descriptor, bytes);

    public long StatFileSystem(Span<byte> into) => HostFileCalls.StatFileSystem(descriptor, into);

    public long ChangeMode(uint mode) => HostFileCalls.ChangeMode(descriptor, mode);

    public long ChangeTimes(TimeSpec accessed, TimeSpec modified) => HostFileCalls.ChangeTimes(descriptor, accessed, modified);

    /// <summary>fcntl's locks; never waits.</summary>
    public long Lock(int command, ref FileLock at) => HostLockCalls.Control(descriptor, command, ref at);

    /// <summary>flock; the operation does not wait.</summary>
    public long LockWhole(int operation) => HostLockCalls.Lock(descriptor, operation);

    public long Allocate(int mode, long offset, long bytes) => HostLockCalls.Allocate(descriptor, mode, offset, bytes);

    public long CopyFrom(HostFile source, ref long offset, ulong bytes) =>
        HostLockCalls.Copy(descriptor, source.Host, ref offset, bytes);

    public override long Sync() => HostFileCalls.Sync(descriptor);

    public override long List(Session session, ulong at, ulong bytes)
    {
        var part = buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, bytes));
        var got = HostFileCalls.List(descriptor, part);
        return got <= 0 || session.Memory.TryWrite(new(at), part[..(int)got]) ? got : -Errno.Fault;
    }

    /// <summary>The descriptor of the host's.</summary>
    private int Host => descriptor;

    /// <summary>A program's locks on a file go with any descriptor of it that is closed (fcntl(2)); the host sees only the last one
    /// go.</summary>
    protected override void OneOfSeveralClosed()
    {
        var all = new FileLock { Type = FileLock.TypeUnlock };
        _ = Lock(SetLock, ref all);
    }

    protected override void Close() => HostFileCalls.Close(descriptor);

    private long ReadIn(Session session, ulong at, ulong bytes, long offset)
    {
        var done = 0L;
        while ((ulong)done < bytes)
        {
            var part = buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, bytes - (ulong)done));
            var got = offset < 0 ? HostFileCalls.Read(descriptor, part) : HostFileCalls.ReadAt(descriptor, part, offset + done);
            if (got > 0 && !session.Memory.TryWrite(new(at + (ulong)done), part[..(int)got]))
            {
                got = -Errno.Fault;
            }

            if (got <= 0)
            {
                return done > 0 ? done : got;
            }

            done += got;
            if (got < part.Length)
            {
                break;
            }
        }

        return done;
    }

    private long WriteOut(Session session, ulong at, ulong bytes, long offset)
    {
        var done = 0L;
        while ((ulong)done < bytes)
        {
            var part = buffer.AsSpan(0, (int)Math.Min((ulong)buffer.Length, bytes - (ulong)done));
            var put = !session.Memory.TryRead(new(at + (ulong)done), part) ? -Errno.Fault
                : offset < 0 ? HostFileCalls.Write(descriptor, part)
                : HostFileCalls.WriteAt(descriptor, part, offset + done);
            if (put < 0)
            {
                return done > 0 ? done : put;
            }

            done += put;
            if (put < part.Length)
            {
                break;
            }
        }

        return done;
    }
}
