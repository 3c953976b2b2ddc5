namespace Muk.Kernel.Linux.Threads;

/// <summary>A thread's place in the queue of a futex. Owner: the vCPU thread.</summary>
internal sealed class FutexWaiter(GuestThread thread) : WaitSource
{
    public GuestThread Thread => thread;

    /// <summary>The word it waits on.</summary>
    public ulong Word { get; set; }

    /// <summary>Wakes that share none of these bits pass it by.</summary>
    public uint Bits { get; set; }

    /// <summary>Has it been woken since it was queued?</summary>
    public bool Woken { get; set; }

    public bool Queued { get; set; }

    public FutexWaiter? Before { get; set; }

    public FutexWaiter? Behind { get; set; }
}
