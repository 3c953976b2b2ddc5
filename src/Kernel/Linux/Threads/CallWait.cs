using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Threads;

/// <summary>What the call in hand waits for, kept by its thread while the same call is made again. Owner: the vCPU thread.</summary>
/// <remarks>
/// A family never sleeps. It looks, and if the call cannot go on it says here what for and returns <c>-Errno.Wait</c>. Nothing can
/// change between the look and the wait, since everything happens on one thread; what comes from outside is looked at when the
/// source is added. The scheduler makes the same call again when it may go on, so a call must expect to find nothing once more.
/// </remarks>
internal sealed class CallWait
{
    /// <summary>A deadline that never comes.</summary>
    public const long Never = TimeSpec.NanosecondsMax;

    private const int SourcesFirst = 4;

    private Entry[] _sources = new Entry[SourcesFirst];
    private int _count;
    private int _interruption;

    /// <summary>Is this the same call, made again?</summary>
    public bool Again { get; private set; }

    /// <summary>It is, and its deadline has passed.</summary>
    public bool TimedOut { get; private set; }

    /// <summary>It is, and a signal is to be delivered: if it waits once more, it fails with what it said a signal means.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>In ns of <c>CLOCK_MONOTONIC</c>, as given when the call first waited.</summary>
    public long Deadline { get; private set; } = Never;

    /// <summary>What the call has done so far, the family's to set; 0 when a call begins. A call that is interrupted after having
    /// done something returns this.</summary>
    public long Progress { get; set; }

    /// <summary>Waits for one source.</summary>
    /// <param name="interruption">What a signal makes of it: <see cref="Errno.Restart"/> or <see cref="Errno.RestartNoHandler"/>.</param>
    /// <returns>-<see cref="Errno.Wait"/>, for the family to return.</returns>
    public long For(WaitSource source, long deadline = Never, int interruption = Errno.Restart)
    {
        Until(deadline, interruption);
        Add(source);
        return -Errno.Wait;
    }

    /// <summary>Waits for a time, and signals; <see cref="Add"/> adds what else may end it.</summary>
    /// <returns>-<see cref="Errno.Wait"/>, for the family to return.</returns>
    public long Until(long deadline, int interruption = Errno.RestartNoHandler)
    {
        (Deadline, _interruption) = (deadline, interruption);
        DropSources();
        return -Errno.Wait;
    }

    /// <summary>One more source that may end the wait.</summary>
    public void Add(WaitSource source)
    {
        if (_count == _sources.Length)
        {
            Array.Resize(ref _sources, _count * 2);
        }

        if (!Again)
        {
            source.BeginWait();
        }

        _sources[_count++] = new(source, source.Version);
        (source as OutsideSource)?.Look();
    }

    /// <summary>What the sources are, for the scheduler.</summary>
    internal ReadOnlySpan<Entry> Sources => _sources.AsSpan(0, _count);

    /// <summary>A new call.</summary>
    internal void Begin()
    {
        (Again, TimedOut, Interrupted, Deadline, Progress) = (false, false, false, Never, 0);
        DropSources();
    }

    /// <summary>The same call is about to be made again.</summary>
    internal void Repeat(long now, bool interrupted) => (Again, TimedOut, Interrupted) = (true, now >= Deadline, interrupted);

    /// <summary>The call's result when it would wait once more though a signal is there.</summary>
    internal long Interruption => Progress > 0 ? Progress : -_interruption;

    /// <summary>Has a source had news since it was added?</summary>
    internal bool News
    {
        get
        {
            foreach (ref readonly var entry in Sources)
            {
                if (entry.Source.Version != entry.Version)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>When the call is to be made again if nothing else happens.</summary>
    internal long DueAt
    {
        get
        {
            var due = Deadline;
            foreach (ref readonly var entry in Sources)
            {
                due = Math.Min(due, entry.Source.DueAt);
            }

            return due;
        }
    }

    private void DropSources()
    {
        _sources.AsSpan(0, _count).Clear(); // What is closed meanwhile is not kept.
        _count = 0;
    }

    /// <summary>A source and its version when it was added.</summary>
    internal readonly record struct Entry(WaitSource Source, uint Version);
}
