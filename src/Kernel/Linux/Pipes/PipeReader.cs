using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Pipes;

/// <summary>The end of a pipe that is read.</summary>
internal sealed class PipeReader(Pipe pipe, ulong inode) : OpenFile
{
    public override WaitSource Changes => pipe.Arrivals;

    public override long Read(Session session, ulong at, ulong bytes) => bytes == 0 ? 0
        : pipe.Count > 0 ? pipe.Take(session, at, bytes)
        : !pipe.HasWriter ? 0
        : (Flags & OpenFlags.NonBlocking) != 0 ? -Errno.Again
        : session.Wait.For(pipe.Arrivals);

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override PollEvents Poll(PollEvents wanted) =>
        (pipe.Count > 0 ? wanted & PollEvents.In : PollEvents.None) | (pipe.HasWriter ? PollEvents.None : PollEvents.HangUp);

    public override int Waiting => pipe.Count;

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Pipe(inode);
        return 0;
    }

    protected override void Close() => pipe.CloseReader();
}
