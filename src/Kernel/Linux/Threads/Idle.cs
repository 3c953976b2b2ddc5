using System.Runtime.Intrinsics.X86;
using Muk.Channel.Interop;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Threads;

/// <summary>The one place where the vCPU thread waits: all of the guest's calls wait, and nothing can go on. Owner: that thread.</summary>
internal sealed class Idle(IGuestTime time, KickWord kick)
{
    /// <summary>Reading the clock takes as long as several looks.</summary>
    private const uint LooksPerClock = 64;

    private const int SourcesMax = 64;

    private readonly OutsideSource[] _sources = new OutsideSource[SourcesMax];
    private readonly Bell[] _bells = new Bell[SourcesMax];
    private int _count;

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        Array.Clear(_sources, 0, _count);
        _count = 0;
    }

    /// <summary>Watches what a call waits for, as far as it is outside.</summary>
    public void Add(CallWait wait)
    {
        foreach (ref readonly var entry in wait.Sources)
        {
            // There are fewer ring ends than fit; what does not is looked at with the next of the others' news.
            if (entry.Source is OutsideSource source && _count < SourcesMax && Array.IndexOf(_sources, source, 0, _count) < 0)
            {
                _sources[_count++] = source;
            }
        }
    }

    /// <summary>Waits for news of a source, a kick, or the time. May come back early.</summary>
    /// <param name="dueAt">In ns of <c>CLOCK_MONOTONIC</c>.</param>
    public void Wait(long dueAt)
    {
        if (Spin(dueAt))
        {
            return;
        }

        var bells = Park();
        if (!Look())
        {
            var left = dueAt == CallWait.Never ? -1 : Math.Max(0, dueAt - time.MonotonicNanoseconds());
            time.Sleep(kick, bells, left);
        }

        Unpark();
        _ = Look();
    }

    /// <summary>Does it watch a source that may not be parked?</summary>
    public bool MustLook
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (_sources[i].SpinIterations == uint.MaxValue)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Parks all that it watches; what they ring, valid until <see cref="Unpark"/>. What came before is seen by looking once
    /// more, not by its bell.</summary>
    public ReadOnlySpan<Bell> Park()
    {
        for (var i = 0; i < _count; i++)
        {
            _bells[i] = _sources[i].Park();
        }

        return _bells.AsSpan(0, _count);
    }

    /// <summary>Takes <see cref="Park"/> back.</summary>
    public void Unpark()
    {
        for (var i = 0; i < _count; i++)
        {
            _sources[i].Unpark();
        }
    }

    /// <summary>Looks as often as the most patient source wants. True where the wait is over.</summary>
    private bool Spin(long dueAt)
    {
        var looks = 0u;
        for (var i = 0; i < _count; i++)
        {
            looks = Math.Max(looks, _sources[i].SpinIterations);
        }

        for (var i = 0u; i < looks || looks == uint.MaxValue; i++)
        {
            if (kick.Kicked || Look() || (dueAt != CallWait.Never && i % LooksPerClock == 0 && time.MonotonicNanoseconds() >= dueAt))
            {
                return true;
            }

            if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
        }

        return false;
    }

    private bool Look()
    {
        var news = false;
        for (var i = 0; i < _count; i++)
        {
            var before = _sources[i].Version;
            _sources[i].Look();
            news |= before != _sources[i].Version;
        }

        return news;
    }
}
