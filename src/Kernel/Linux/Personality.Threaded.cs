using Muk.Channel.Interop;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux;

/// <content>Calls of threads that Linux runs: many in hand at once. Linux has their registers and their signals.</content>
public sealed partial class Personality : IThreadedCalls
{
    /// <inheritdoc/>
    public uint WaitVersion { get; private set; }

    /// <inheritdoc/>
    public long DueIn
    {
        get
        {
            var due = Threads.DueAt();
            return due == CallWait.Never ? -1 : Math.Max(0, due - _session.Time.MonotonicNanoseconds());
        }
    }

    /// <inheritdoc/>
    public bool MustLook
    {
        get
        {
            WatchWaiting();
            return _idle.MustLook;
        }
    }

    /// <inheritdoc/>
    public SystemCallResult? Begin(int thread, in SystemCall call, IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        _session.Guest = guest;
        if (!Threads.TryAdopt(thread))
        {
            return SystemCallResult.Return(-Errno.Again);
        }

        var current = _session.Thread;
        (current.Call, current.InCall) = (call, true);
        current.Wait.Begin();
        return Serve(guest);
    }

    /// <inheritdoc/>
    public bool TryNext(out int thread)
    {
        thread = 0;
        if (Threads.Waiting.Count == 0 && !Threads.OthersReady)
        {
            return false;
        }

        _ = LooksOutside();
        Threads.WakeReady(_session.Time.MonotonicNanoseconds());
        if (!Threads.TryNext())
        {
            return false;
        }

        WaitVersion++;
        thread = Threads.Current.Id;
        return true;
    }

    /// <inheritdoc/>
    public SystemCallResult? Again(IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        _session.Guest = guest;
        return Serve(guest);
    }

    /// <inheritdoc/>
    public void Interrupt(int thread) => Threads.Interrupt(thread, _session.Time.MonotonicNanoseconds());

    /// <inheritdoc/>
    public void Forget(int thread)
    {
        WaitVersion++;
        Threads.Remove(thread);
    }

    /// <inheritdoc/>
    public void Sleep(long nanosecondsMax)
    {
        WatchWaiting();
        _idle.Wait(Math.Min(Threads.DueAt(), _session.Time.MonotonicNanoseconds() + nanosecondsMax));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<Bell> Park()
    {
        WatchWaiting();
        return _idle.Park();
    }

    /// <inheritdoc/>
    public void Unpark() => _idle.Unpark();

    /// <summary>Makes the current thread's call. What a signal makes of one that waits is Linux's to carry out.</summary>
    private SystemCallResult? Serve(IGuest guest)
    {
        var thread = _session.Thread;
        var value = _dispatch.Serve(thread.Call) ?? Unknown(thread.Call.Number);
        if (value == -Errno.Wait)
        {
            if (!thread.Wait.Interrupted)
            {
                WaitVersion++;
                ParkCurrent();
                return null;
            }

            value = thread.Wait.Interruption;
        }

        if (value == -Errno.Pipe)
        {
            Raise(Signals.Signal.Pipe, guest);
        }

        RaiseAll(guest);
        thread.InCall = false;
        return _session.EndRequested is { } end ? SystemCallResult.Ended(end) : SystemCallResult.Return(value);
    }

    private void WatchWaiting()
    {
        _idle.Clear();
        foreach (var thread in Threads.Waiting)
        {
            _idle.Add(thread.Wait);
        }
    }
}
