namespace Muk.Kernel.Memory;

/// <summary>The guest's map of its address space: what is mapped where, with which rights. Pure: it touches no memory.</summary>
/// <remarks>Invariant: sorted, disjoint, page aligned, not empty; neighbours that touch differ in rights or kind. A sorted array and
/// binary search: even large programs have a few hundred regions. Owner: one thread.</remarks>
public sealed class Regions
{
    /// <summary>Most regions, as Linux's default vm.max_map_count.</summary>
    public const int CountMax = 65530;

    private readonly List<Region> _all = [];

    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<Region> All => _all;

    public int Count => _all.Count;

    /// <summary>Bytes in all regions together.</summary>
    public ulong Bytes { get; private set; }

    public Region this[int index] => _all[index];

    public void Clear()
    {
        _all.Clear();
        Bytes = 0;
    }

    /// <summary>Becomes what <paramref name="other"/> is.</summary>
    public void CopyFrom(Regions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _all.Clear();
        _all.AddRange(other._all);
        Bytes = other.Bytes;
    }

    /// <summary>The region that has <paramref name="address"/> in it.</summary>
    public bool TryFind(ulong address, out Region region)
    {
        var index = FirstEndingAfter(address);
        region = index < _all.Count ? _all[index] : default;
        return index < _all.Count && region.Start <= address;
    }

    /// <summary>Index of the first region that ends after <paramref name="address"/>; <see cref="Count"/> for none.</summary>
    public int FirstEndingAfter(ulong address)
    {
        int low = 0, high = _all.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _all[middle].End > address ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Is anything mapped in [start, end)?</summary>
    public bool Overlaps(ulong start, ulong end)
    {
        var index = FirstEndingAfter(start);
        return index < _all.Count && _all[index].Start < end;
    }

    /// <summary>Is all of [start, end) mapped?</summary>
    public bool Covers(ulong start, ulong end)
    {
        for (var index = FirstEndingAfter(start); start < end; index++)
        {
            if (index >= _all.Count || _all[index].Start > start)
            {
                return false;
            }

            start = _all[index].End;
        }

        return true;
    }

    /// <summary>Puts a region in, in place of whatever was there.</summary>
    public void Insert(Region region)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(region.Start, region.End);
        var index = Cut(region.Start, region.End);
        _all.Insert(index, region);
        Bytes += region.Bytes;
        MergeWithNext(index);
        if (index > 0)
        {
            MergeWithNext(index - 1);
        }
    }

    /// <summary>Takes everything in [start, end) out.</summary>
    public void Remove(ulong start, ulong end) => Cut(start, end);

    /// <summary>Gives all that is mapped in [start, end) these rights.</summary>
    public void SetRights(ulong start, ulong end, PageRights rights)
    {
        for (var at = start; at < end;)
        {
            var index = FirstEndingAfter(at);
            if (index >= _all.Count || _all[index].Start >= end)
            {
                return;
            }

            var old = _all[index];
            var from = Math.Max(old.Start, at);
            var to = Math.Min(old.End, end);
            at = to;
            if (old.Rights != rights)
            {
                Insert(new Region(from, to, rights, old.Kind));
            }
        }
    }

    /// <summary>The highest free range of <paramref name="bytes"/> in [floor, top), its start a multiple of <paramref
    /// name="align"/>.</summary>
    public bool TryFindGap(ulong bytes, ulong align, ulong floor, ulong top, out ulong start)
    {
        var index = FirstEndingAfter(top - 1);
        var end = index < _all.Count && _all[index].Start < top ? _all[index].Start : top;
        for (index--; ; index--)
        {
            var below = Math.Max(index >= 0 ? _all[index].End : 0, floor);
            if (end >= below && bytes <= end - below)
            {
                start = (end - bytes) & ~(align - 1);
                if (start >= below)
                {
                    return true;
                }
            }

            if (index < 0 || _all[index].Start <= floor)
            {
                start = 0;
                return false;
            }

            end = _all[index].Start;
        }
    }

    /// <summary>Empties [start, end), splitting what sticks out; the index at which a region of that range belongs.</summary>
    private int Cut(ulong start, ulong end)
    {
        var index = FirstEndingAfter(start);
        while (index < _all.Count && _all[index].Start < end)
        {
            var old = _all[index];
            Bytes -= Math.Min(old.End, end) - Math.Max(old.Start, start);
            _all.RemoveAt(index);
            if (old.End > end)
            {
                _all.Insert(index, old with { Start = end });
            }

            if (old.Start < start)
            {
                _all.Insert(index++, old with { End = start });
            }

            if (old.End >= end)
            {
                break;
            }
        }

        return index;
    }

    private void MergeWithNext(int index)
    {
        if (index + 1 < _all.Count)
        {
            var (first, second) = (_all[index], _all[index + 1]);
            if (first.End == second.Start && first.Rights == second.Rights && first.Kind == second.Kind)
            {
                _all[index] = first with { End = second.End };
                _all.RemoveAt(index + 1);
            }
        }
    }
}
