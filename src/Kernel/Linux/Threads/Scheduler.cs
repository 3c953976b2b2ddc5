using Muk.Kernel.Linux.Signals;

namespace Muk.Kernel.Linux.Threads;

/// <summary>The threads of one program and whose turn it is. It decides only: it neither sleeps nor touches the vCPU. Owner: the vCPU
/// thread.</summary>
/// <remarks>A thread is the current one, or ready and in line, or waits in a call. Those in line take turns.</remarks>
internal sealed class Scheduler
{
    /// <summary>Most threads at a time.</summary>
    public const int CountMax = 512;

    private readonly SignalActions _actions;
    private readonly List<GuestThread> _all = [];
    private readonly List<GuestThread> _waiting = [];
    private readonly Queue<GuestThread> _ready = new();
    private int _lastId;

    public Scheduler(SignalActions actions, int firstId)
    {
        _actions = actions;
        _lastId = firstId - 1;
        Current = Create()!;
    }

    /// <summary>The thread that has the vCPU, or whose call is in hand.</summary>
    public GuestThread Current { get; private set; }

    /// <summary>All threads, the oldest first.</summary>
    public IReadOnlyList<GuestThread> All => _all;

    /// <summary>Threads whose calls wait.</summary>
    public IReadOnlyList<GuestThread> Waiting => _waiting;

    /// <summary>Is anybody else in line?</summary>
    public bool OthersReady => _ready.Count > 0;

    /// <summary>A new thread, which is neither in line nor waits; null where there are too many.</summary>
    public GuestThread? Create()
    {
        if (_all.Count >= CountMax)
        {
            return null;
        }

        var thread = new GuestThread(++_lastId, _actions);
        _all.Add(thread);
        return thread;
    }

    /// <summary>The thread with a number; null for none.</summary>
    public GuestThread? Find(int id)
    {
        foreach (var thread in _all)
        {
            if (thread.Id == id)
            {
                return thread;
            }
        }

        return null;
    }

    /// <summary>Makes a thread the current one whom somebody else has numbered and runs. A call of it that waits is forgotten. False:
    /// there are too many.</summary>
    public bool TryAdopt(int id)
    {
        if (Find(id) is not { } thread)
        {
            if (_all.Count >= CountMax)
            {
                return false;
            }

            thread = new GuestThread(id, _actions);
            _all.Add(thread);
        }

        _ = _waiting.Remove(thread);
        Current = thread;
        return true;
    }

    /// <summary>A thread that somebody else runs is over, or its program lives on without it.</summary>
    public void Remove(int id)
    {
        if (Find(id) is { } thread)
        {
            _ = _waiting.Remove(thread);
            _ = _all.Remove(thread);
        }
    }

    /// <summary>Puts a thread whose call waits into line, for a signal that it has got.</summary>
    /// <param name="now">In ns of <c>CLOCK_MONOTONIC</c>.</param>
    public void Interrupt(int id, long now)
    {
        if (Find(id) is { } thread && _waiting.Remove(thread))
        {
            thread.Wait.Repeat(now, interrupted: true);
            _ready.Enqueue(thread);
        }
    }

    /// <summary>The current thread is over.</summary>
    /// <returns>Is anybody left?</returns>
    public bool EndCurrent()
    {
        _all.Remove(Current);
        return _all.Count > 0;
    }

    /// <summary>A thread goes to the end of the line.</summary>
    public void Enqueue(GuestThread thread) => _ready.Enqueue(thread);

    /// <summary>The current thread's call waits.</summary>
    public void Park() => _waiting.Add(Current);

    /// <summary>Puts everybody into line whose call is to be made again: its sources have news, its time has come, or a signal is there
    /// for it.</summary>
    /// <param name="now">In ns of <c>CLOCK_MONOTONIC</c>.</param>
    public void WakeReady(long now)
    {
        var kept = 0;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var thread = _waiting[i];
            var signal = thread.Signals.EndsWait;
            if (!signal && !thread.Wait.News && now < thread.Wait.DueAt)
            {
                _waiting[kept++] = thread;
                continue;
            }

            if (signal)
            {
                thread.Signals.Claim();
            }

            thread.Wait.Repeat(now, signal);
            _ready.Enqueue(thread);
        }

        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }

    /// <summary>When the next of the waiting calls is due; <see cref="CallWait.Never"/> for none.</summary>
    public long DueAt()
    {
        var due = CallWait.Never;
        foreach (var thread in _waiting)
        {
            due = Math.Min(due, thread.Wait.DueAt);
        }

        return due;
    }

    /// <summary>Makes the first in line the current one. False: nobody is.</summary>
    public bool TryNext()
    {
        if (!_ready.TryDequeue(out var next))
        {
            return false;
        }

        Current = next;
        return true;
    }

    /// <summary>Does everybody wait, without a time, on futexes alone?</summary>
    public bool Deadlocked()
    {
        foreach (var thread in _waiting)
        {
            if (thread.Wait.DueAt != CallWait.Never || thread.Wait.Sources is not [{ Source: FutexWaiter { Queued: true } }])
            {
                return false;
            }
        }

        return _ready.Count == 0;
    }
}
