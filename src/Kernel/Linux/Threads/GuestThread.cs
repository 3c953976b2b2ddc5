using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux.Threads;

/// <summary>One thread of the guest's. Owner: the vCPU thread.</summary>
internal sealed class GuestThread
{
    public const int NameBytes = 16;

    public GuestThread(int id, SignalActions actions)
    {
        Id = id;
        Signals = new(actions);
        Futex = new(this);
    }

    /// <summary>As gettid gives it; the first thread's is the process's.</summary>
    public int Id { get; }

    /// <summary>As prctl has it: NUL-terminated.</summary>
    public byte[] Name { get; } = new byte[NameBytes];

    public SignalState Signals { get; }

    /// <summary>What its call waits for.</summary>
    public CallWait Wait { get; } = new();

    /// <summary>Its place in the queue of a futex.</summary>
    public FutexWaiter Futex { get; }

    /// <summary>Its call that is not finished, while <see cref="InCall"/>.</summary>
    public SystemCall Call { get; set; }

    public bool InCall { get; set; }

    /// <summary>Where 0 is written and a futex woken when the thread ends; 0 for nowhere.</summary>
    public ulong ClearAtExit { get; set; }

    /// <summary>Head of its robust list; 0 for none.</summary>
    public ulong RobustList { get; set; }

    /// <summary>Its registers while another thread has the vCPU.</summary>
    public ThreadContext Context;
}

/// <summary>What a vCPU holds of a thread, but for the extended state.</summary>
internal struct ThreadContext
{
    public GuestRegisters Registers;
    public ulong FsBase;
    public ulong GsBase;

    /// <summary>The XSAVE area; null as long as the vCPU has never been taken from the thread with it in use.</summary>
    public byte[]? Extended;
}
