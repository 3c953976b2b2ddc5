namespace Muk.Kernel.Memory;

/// <summary>The memory family of system calls.</summary>
internal sealed partial class AddressSpace
{
    public long Map(GuestAddress hint, ulong bytes, PageRights rights, bool fixedAddress, bool replace)
    {
        if (bytes == 0)
        {
            return Errno.Invalid;
        }

        if (IsWritableAndExecutable(rights))
        {
            return Errno.NotPermitted;
        }

        if (bytes > VirtualBytesMax - Math.Min(VirtualBytesMax, _regions.Bytes) || _regions.Count >= Regions.CountMax)
        {
            return Errno.NoMemory;
        }

        bytes = RoundUp(bytes);
        var start = hint.Value;
        if (fixedAddress)
        {
            var problem = CheckFixed(start, bytes, replace);
            if (problem != 0)
            {
                return problem;
            }
        }
        else if (!TryHint(ref start, bytes))
        {
            var align = bytes >= Large ? Large : Page;
            if (!_regions.TryFindGap(bytes, align, LowestAddress + Large, _mmapTop, out start))
            {
                return Errno.NoMemory;
            }
        }

        if (_regions.Overlaps(start, start + bytes) && !TryUnmap(start, start + bytes))
        {
            return Errno.NoMemory;
        }

        _regions.Insert(new Region(start, start + bytes, rights, RegionKind.Anonymous));
        CommitAhead(start, start + bytes);
        Flush();
        return (long)start;
    }

    public long Unmap(GuestAddress start, ulong bytes)
    {
        var problem = CheckRange(start.Value, bytes, out var end);
        if (problem == 0 && !TryUnmap(start.Value, end))
        {
            problem = Errno.NoMemory;
        }

        Flush();
        return problem;
    }

    public long Protect(GuestAddress start, ulong bytes, PageRights rights)
    {
        if (bytes == 0 && start.Value % Page == 0)
        {
            return 0;
        }

        var problem = CheckRange(start.Value, bytes, out var end);
        if (problem != 0)
        {
            return problem;
        }

        if (IsWritableAndExecutable(rights))
        {
            return Errno.NotPermitted;
        }

        if (!_regions.Covers(start.Value, end) || _regions.Count >= Regions.CountMax || !TrySplitAt(start.Value, end))
        {
            Flush();
            return Errno.NoMemory;
        }

        // A promise of more than there is would end the guest at its first touch; refused here, it can do something about it.
        if (rights.HasFlag(PageRights.Write) && Missing(start.Value, end) > Limit - Math.Min(Limit, Committed))
        {
            Flush();
            return Errno.NoMemory;
        }

        NoteSealedChange(start.Value, end);
        ChangeRights(start.Value, end, rights);
        _regions.SetRights(start.Value, end, rights);
        CommitAhead(start.Value, end);
        Flush();
        return 0;
    }

    public ulong Break(GuestAddress wanted)
    {
        if (wanted.Value < _heapStart || wanted.Value >= _mmapTop)
        {
            return _break;
        }

        ulong oldEnd = RoundUp(_break), newEnd = RoundUp(wanted.Value);
        if (newEnd > oldEnd)
        {
            if (_regions.Overlaps(oldEnd, newEnd) || newEnd - oldEnd > Limit - Math.Min(Limit, Committed))
            {
                return _break;
            }

            _regions.Insert(new Region(oldEnd, newEnd, PageRights.Read | PageRights.Write, RegionKind.Heap));
            CommitAhead(oldEnd, newEnd);
        }
        else if (newEnd < oldEnd && !TryUnmap(newEnd, oldEnd))
        {
            return _break;
        }

        Flush();
        _break = wanted.Value;
        return _break;
    }

    public long Discard(GuestAddress start, ulong bytes)
    {
        if (bytes == 0 && start.Value % Page == 0)
        {
            return 0;
        }

        var problem = CheckRange(start.Value, bytes, out var end);
        if (problem != 0)
        {
            return problem;
        }

        if (!_regions.Covers(start.Value, end))
        {
            return Errno.NoMemory;
        }

        // The image's own pages come from a file on Linux and would be read again: only zeroed memory can be given back.
        for (var i = _regions.FirstEndingAfter(start.Value); i < _regions.Count && _regions[i].Start < end; i++)
        {
            if (_regions[i].Kind == RegionKind.Image)
            {
                return Errno.Invalid;
            }
        }

        if (!TrySplitAt(start.Value, end))
        {
            Flush();
            return Errno.NoMemory;
        }

        NoteSealedChange(start.Value, end);
        Decommit(start.Value, end);
        Flush();
        if (end - start.Value < Large)
        {
            CommitAhead(start.Value, end);
        }

        return 0;
    }

    public long Resident(GuestAddress start, Span<byte> pages)
    {
        var end = start.Value + ((ulong)pages.Length * Page);
        if (start.Value % Page != 0)
        {
            return Errno.Invalid;
        }

        if (start.Value >= HighestAddress || end > HighestAddress || !_regions.Covers(start.Value, end))
        {
            return Errno.NoMemory;
        }

        for (var i = 0; i < pages.Length; i++)
        {
            pages[i] = _tables.Find(start.Value + ((ulong)i * Page), out _).HasPage ? (byte)1 : (byte)0;
        }

        return 0;
    }

    private static bool IsWritableAndExecutable(PageRights rights) =>
        rights.HasFlag(PageRights.Write) && rights.HasFlag(PageRights.Execute);

    private static ulong RoundUp(ulong value) => (value + Page - 1) & ~(Page - 1);

    private bool TryHint(ref ulong start, ulong bytes)
    {
        start &= ~(Page - 1);
        return start >= LowestAddress && start < _mmapTop && bytes <= _mmapTop - start && !_regions.Overlaps(start, start + bytes);
    }

    private long CheckFixed(ulong start, ulong bytes, bool replace)
    {
        if (start % Page != 0)
        {
            return Errno.Invalid;
        }

        if (start < LowestAddress)
        {
            return Errno.NotPermitted;
        }

        if (start >= HighestAddress || bytes > HighestAddress - start)
        {
            return Errno.NoMemory;
        }

        if (!replace && _regions.Overlaps(start, start + bytes))
        {
            return Errno.Exists;
        }

        return HasMachinePages(start, start + bytes) ? Errno.NotPermitted : 0;
    }

    /// <summary>Checks a range that a call is about to change: aligned, in the lower half, nothing of the machine's in it.</summary>
    private long CheckRange(ulong start, ulong bytes, out ulong end)
    {
        end = 0;
        if (start % Page != 0 || bytes == 0 || start >= HighestAddress || bytes > HighestAddress - start)
        {
            return Errno.Invalid;
        }

        end = start + RoundUp(bytes);
        return HasMachinePages(start, end) ? Errno.NotPermitted : 0;
    }

    private bool HasMachinePages(ulong start, ulong end)
    {
        for (var i = _regions.FirstEndingAfter(start); i < _regions.Count && _regions[i].Start < end; i++)
        {
            if (!_regions[i].IsPrivate)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryUnmap(ulong start, ulong end)
    {
        if (_regions.Count >= Regions.CountMax || !TrySplitAt(start, end))
        {
            return false;
        }

        NoteSealedChange(start, end);
        for (var i = _regions.FirstEndingAfter(start); i < _regions.Count && _regions[i].Start < end; i++)
        {
            Decommit(Math.Max(start, _regions[i].Start), Math.Min(end, _regions[i].End));
        }

        _regions.Remove(start, end);
        return true;
    }

    /// <summary>Has what was there when the space was sealed been changed?</summary>
    private void NoteSealedChange(ulong start, ulong end) => _sealedChanged |= _sealed.Overlaps(start, end);
}
