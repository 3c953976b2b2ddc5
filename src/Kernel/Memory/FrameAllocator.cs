namespace Muk.Kernel.Memory;

/// <summary>Gives out runs of page frames of the guest's memory, numbered from <c>first</c>. Pure: it only counts. First fit over a
/// sorted list of free runs, so that what is freed comes back together.</summary>
/// <remarks>Invariant: the free runs are sorted, disjoint, not empty and not adjacent. Owner: one thread.</remarks>
public sealed class FrameAllocator
{
    private readonly List<Run> _free = [];
    private readonly long _first;
    private readonly long _count;

    /// <param name="first">Number of the first frame.</param>
    /// <param name="count">How many there are.</param>
    public FrameAllocator(long first, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        (_first, _count) = (first, count);
        Reset();
    }

    /// <summary>Number of the first frame.</summary>
    public long First => _first;

    /// <summary>Frames given out.</summary>
    public long Used { get; private set; }

    /// <summary>One past the highest frame ever given out since the last <see cref="Reset"/>.</summary>
    public long HighWater { get; private set; }

    /// <summary>Takes everything back.</summary>
    public void Reset()
    {
        _free.Clear();
        _free.Add(new Run(_first, _count));
        Used = 0;
        HighWater = _first;
    }

    /// <summary>Takes back every frame from number <paramref name="border"/> on; the caller knows that all before it are given
    /// out.</summary>
    public void TrimTo(long border)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(border, _first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(border, _first + _count);
        _free.Clear();
        if (border < _first + _count)
        {
            _free.Add(new Run(border, _first + _count - border));
        }

        Used = border - _first;
        HighWater = border;
    }

    /// <summary>Takes <paramref name="count"/> frames in a row, the first one's number a multiple of <paramref name="align"/>.</summary>
    /// <returns>The first one's number, or -1 where no run is long enough.</returns>
    public long Allocate(long count, long align)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(align);
        for (var i = 0; i < _free.Count; i++)
        {
            var run = _free[i];
            var start = (run.Start + align - 1) / align * align;
            if (start - run.Start <= run.Count && count <= run.Count - (start - run.Start))
            {
                Take(i, run, start, count);
                return start;
            }
        }

        return -1;
    }

    /// <summary>Gives frames back. Our bug if any of them was not given out.</summary>
    public void Free(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var at = FirstAfter(start);
        var before = at > 0 ? _free[at - 1] : default;
        var touchesBefore = at > 0 && before.End == start;
        var touchesAfter = at < _free.Count && start + count == _free[at].Start;
        var overlaps = start < _first || count > _first + _count - start
            || (at > 0 && before.End > start) || (at < _free.Count && start + count > _free[at].Start);
        if (overlaps)
        {
            throw new InvalidOperationException($"frames {start}+{count} were not given out");
        }

        Used -= count;
        if (touchesBefore && touchesAfter)
        {
            _free[at - 1] = new Run(before.Start, before.Count + count + _free[at].Count);
            _free.RemoveAt(at);
        }
        else if (touchesBefore)
        {
            _free[at - 1] = new Run(before.Start, before.Count + count);
        }
        else if (touchesAfter)
        {
            _free[at] = new Run(start, count + _free[at].Count);
        }
        else
        {
            _free.Insert(at, new Run(start, count));
        }
    }

    private void Take(int index, Run run, long start, long count)
    {
        Used += count;
        HighWater = Math.Max(HighWater, start + count);
        var left = start - run.Start;
        var right = run.End - (start + count);
        if (left > 0)
        {
            _free[index] = new Run(run.Start, left);
            if (right > 0)
            {
                _free.Insert(index + 1, new Run(start + count, right));
            }
        }
        else if (right > 0)
        {
            _free[index] = new Run(start + count, right);
        }
        else
        {
            _free.RemoveAt(index);
        }
    }

    /// <summary>Index of the first free run that starts after <paramref name="start"/>.</summary>
    private int FirstAfter(long start)
    {
        int low = 0, high = _free.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _free[middle].Start > start ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private readonly record struct Run(long Start, long Count)
    {
        public long End => Start + Count;
    }
}
