namespace Muk.Kernel.Linux.Threads;

/// <summary>Something that a call can wait for; one object for as long as the thing lives. Owner: the vCPU thread.</summary>
internal class WaitSource
{
    /// <summary>Counts up with each <see cref="Notify"/>.</summary>
    public uint Version { get; private set; }

    /// <summary>When it may become ready by itself, in ns of <c>CLOCK_MONOTONIC</c>; <see cref="CallWait.Never"/> for never.</summary>
    public virtual long DueAt => CallWait.Never;

    /// <summary>It may have become ready: whoever waits for it looks again.</summary>
    public void Notify() => Version++;

    /// <summary>A call begins to wait for it.</summary>
    internal virtual void BeginWait()
    {
    }
}
