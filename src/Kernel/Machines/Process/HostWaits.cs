using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>What the vCPU thread sleeps on while a guest runs: its calls, its end, kicks, and the bells of rings. Owner: that thread, but
/// for <see cref="Kick"/>.</summary>
internal sealed class HostWaits(BellWatch bells) : IDisposable
{
    /// <summary>Looks without a pause, and then the pause between two, while a ring must be looked at: the guest's other threads are
    /// to have the core.</summary>
    private const int LooksAtOnce = 64;

    private const long LookNanoseconds = 1_000_000;

    private readonly SafeFileHandle _kick = Descriptors.Event();
    private readonly PollEntry[] _entries = new PollEntry[4];

    /// <summary>The process is over.</summary>
    public bool Over => _entries[2].Ready;

    /// <summary>A call can be taken.</summary>
    public bool CallCame => _entries[0].Ready;

    /// <summary>How long to sleep between the looks at a ring whose other side does not ring, in ns.</summary>
    /// <param name="looks">Looks in vain so far.</param>
    public static long LookPause(int looks) => looks < LooksAtOnce ? 0 : LookNanoseconds;

    /// <summary>Ends the sleep in hand, or the next one. Any thread.</summary>
    public void Kick() => Descriptors.Signal(_kick);

    /// <summary>From now on it is this process's.</summary>
    public void Begin(LaunchedProcess process)
    {
        _entries[0].Descriptor = (int)process.Listener!.DangerousGetHandle();
        _entries[1].Descriptor = (int)_kick.DangerousGetHandle();
        _entries[2].Descriptor = (int)process.Ended.DangerousGetHandle();
        _entries[3].Descriptor = (int)bells.Rung.DangerousGetHandle();
    }

    /// <summary>Has a kick come? It is taken.</summary>
    public bool TakeKick()
    {
        if (!_entries[1].Ready)
        {
            return false;
        }

        Descriptors.Clear(_kick);
        return true;
    }

    /// <summary>Has these bells end a sleep; they are mapped as long as they are watched.</summary>
    public void Watch(ReadOnlySpan<Bell> rings) => bells.Watch(rings);

    /// <summary>Sleeps until one of it comes, at most so many ns (negative: without end; 0 lets others have the core).</summary>
    public void Sleep(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            Thread.Yield();
        }

        Descriptors.Wait(_entries, nanoseconds);
        if (_entries[0].Hung)
        {
            _entries[0].Descriptor = -1; // Nobody is left to call; what remains is its end.
            _entries[0].Got = 0;
        }

        if (_entries[3].Ready)
        {
            Descriptors.Clear(bells.Rung);
        }
    }

    public void Dispose() => _kick.Dispose();
}
