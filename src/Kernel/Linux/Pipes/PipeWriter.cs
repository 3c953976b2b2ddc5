using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Pipes;

/// <summary>The end of a pipe that is written.</summary>
internal sealed class PipeWriter(Pipe pipe, ulong inode) : OpenFile
{
    public override WaitSource Changes => pipe.Departures;

    public override long Read(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override long Write(Session session, ulong at, ulong bytes)
    {
        if (bytes == 0)
        {
            return 0;
        }

        if (!pipe.HasReader)
        {
            return -Errno.Pipe;
        }

        // What is larger than PIPE_BUF may be torn; what is not, waits for room for all of it.
        var needed = bytes <= Pipe.WholeBytes ? (int)bytes : 1;
        return pipe.Room >= needed ? pipe.Put(session, at, (int)Math.Min(bytes, (ulong)pipe.Room))
            : (Flags & OpenFlags.NonBlocking) != 0 ? -Errno.Again
            : session.Wait.For(pipe.Departures);
    }

    public override PollEvents Poll(PollEvents wanted) =>
        (pipe.Room >= Pipe.WholeBytes || !pipe.HasReader ? wanted & PollEvents.Out : PollEvents.None)
        | (pipe.HasReader ? PollEvents.None : PollEvents.Error);

    public override int Waiting => pipe.Count;

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Pipe(inode);
        return 0;
    }

    protected override void Close() => pipe.CloseWriter();
}
