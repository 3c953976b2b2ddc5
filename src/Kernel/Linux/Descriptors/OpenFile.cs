using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>What a descriptor names. Results are Linux's: a count or a negative errno. Shared by duplicated descriptors and
/// closed with the last of them. Owner: the vCPU thread.</summary>
internal abstract class OpenFile
{
    private int _references;

    /// <summary>O_* as fcntl F_GETFL gives them.</summary>
    public uint Flags { get; set; }

    /// <summary>The path of a folder, for calls relative to it; null for what is none.</summary>
    public virtual string? FolderPath => null;

    /// <summary>What /proc/self/fd calls a file that has no name.</summary>
    public virtual string Kind => "pipe";

    /// <summary>Has the last descriptor that led to it been closed?</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Can epoll wait for it? Not for files, which are always ready.</summary>
    public virtual bool CanWait => Changes is not null;

    /// <summary>Bytes that a read would find, for FIONREAD.</summary>
    public virtual int Waiting => 0;

    public void Retain() => _references++;

    public void Release()
    {
        if (--_references == 0)
        {
            IsClosed = true;
            Close();
        }
        else
        {
            OneOfSeveralClosed();
        }
    }

    /// <summary>Reads into one buffer of the guest's.</summary>
    public abstract long Read(Session session, ulong at, ulong bytes);

    /// <summary>Writes one buffer of the guest's, or as much of it as there is room for; the caller comes again with the
    /// rest.</summary>
    public abstract long Write(Session session, ulong at, ulong bytes);

    public virtual long ReadAt(Session session, ulong at, ulong bytes, long offset) => -Errno.IllegalSeek;

    public virtual long WriteAt(Session session, ulong at, ulong bytes, long offset) => -Errno.IllegalSeek;

    public virtual long Seek(long offset, int whence) => -Errno.IllegalSeek;

    /// <summary>The poll events of <paramref name="wanted"/> that hold now.</summary>
    public abstract PollEvents Poll(PollEvents wanted);

    /// <summary>What is notified when <see cref="Poll"/> may have changed; null for what is always ready.</summary>
    public virtual WaitSource? Changes => null;

    /// <summary>Counts the news that may have made one of the wanted events true, for edge-triggered epoll.</summary>
    public virtual uint Edge(PollEvents wanted) => Changes?.Version ?? 0;

    /// <summary>A call waits for <see cref="Poll"/> to change.</summary>
    public virtual void AddTo(CallWait wait)
    {
        if (Changes is { } source)
        {
            wait.Add(source);
        }
    }

    public abstract long Stat(out HostStat stat);

    public virtual long Truncate(long bytes) => -Errno.Invalid;

    public virtual long Sync() => -Errno.Invalid;

    public virtual long List(Session session, ulong at, ulong bytes) => -Errno.NotDirectory;

    /// <summary>A descriptor has been closed, and others still lead here.</summary>
    protected virtual void OneOfSeveralClosed()
    {
    }

    protected virtual void Close()
    {
    }
}
