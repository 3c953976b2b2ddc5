namespace Muk.Kernel.Memory;

/// <summary>mremap.</summary>
internal sealed partial class AddressSpace
{
    private const int MayMove = 1;
    private const int FixedTarget = 2;

    public long Remap(GuestAddress start, ulong oldBytes, ulong newBytes, int flags, GuestAddress to)
    {
        var knownFlags = (flags & ~(MayMove | FixedTarget)) == 0 && ((flags & FixedTarget) == 0 || (flags & MayMove) != 0);
        var problem = CheckRange(start.Value, oldBytes, out var oldEnd);
        if (!knownFlags || newBytes == 0 || problem == Errno.Invalid)
        {
            return Errno.Invalid;
        }

        if (problem != 0)
        {
            return problem;
        }

        if (newBytes > VirtualBytesMax - Math.Min(VirtualBytesMax, _regions.Bytes))
        {
            return Errno.NoMemory;
        }

        newBytes = RoundUp(newBytes);
        if (!_regions.TryFind(start.Value, out var region) || region.End < oldEnd)
        {
            return Errno.Fault;
        }

        if (region.Kind == RegionKind.Stack && !_tables.Find(start.Value, out _).HasPage)
        {
            return Errno.Fault; // Below what the stack has grown to there is nothing yet; C libraries find its end by this answer.
        }

        var result = (flags & FixedTarget) != 0
            ? MoveTo(region, start.Value, oldEnd, to.Value, newBytes)
            : Resize(region, start.Value, oldEnd, newBytes, (flags & MayMove) != 0);
        Flush();
        return result;
    }

    private long Resize(Region region, ulong start, ulong oldEnd, ulong newBytes, bool mayMove)
    {
        var newEnd = start + newBytes;
        if (newEnd <= oldEnd)
        {
            return newEnd == oldEnd || TryUnmap(newEnd, oldEnd) ? (long)start : Errno.NoMemory;
        }

        if (newEnd <= HighestAddress && newEnd > start && !_regions.Overlaps(oldEnd, newEnd))
        {
            _regions.Insert(region with { Start = oldEnd, End = newEnd });
            CommitAhead(oldEnd, newEnd);
            return (long)start;
        }

        var align = newBytes >= Large ? Large : Page;
        return mayMove && _regions.TryFindGap(newBytes, align, LowestAddress + Large, _mmapTop, out var target)
            ? Move(region, start, oldEnd, target, newBytes)
            : Errno.NoMemory;
    }

    private long MoveTo(Region region, ulong start, ulong oldEnd, ulong target, ulong newBytes)
    {
        var problem = CheckFixed(target, newBytes, replace: true);
        if (problem != 0)
        {
            return problem;
        }

        if (target < oldEnd && start < target + newBytes)
        {
            return Errno.Invalid;
        }

        return TryUnmap(target, target + newBytes) ? Move(region, start, oldEnd, target, newBytes) : Errno.NoMemory;
    }

    /// <summary>Moves pages to where nothing is; what does not fit the new size is given back.</summary>
    private long Move(Region region, ulong start, ulong oldEnd, ulong target, ulong newBytes)
    {
        var moved = Math.Min(oldEnd - start, newBytes);
        if (!TrySplitAt(start, oldEnd) || !TrySplitAt(start + moved) || !TryMovePages(start, target, moved, region.Rights))
        {
            return Errno.NoMemory;
        }

        // The frames have moved on, so nothing is left to take back but a tail that was cut off.
        _ = TryUnmap(start, oldEnd);
        _regions.Insert(new Region(target, target + newBytes, region.Rights, RegionKind.Anonymous));
        if (newBytes > moved)
        {
            CommitAhead(target + moved, target + newBytes);
        }

        return (long)target;
    }

    private bool TryMovePages(ulong from, ulong to, ulong bytes, PageRights rights)
    {
        // Enough tables for the worst case first, so that the move cannot stop half way.
        if (_tables.TablesLeft < (bytes / Large) + 8 + (bytes >> 30))
        {
            return false;
        }

        for (var at = 0UL; at < bytes;)
        {
            var entry = _tables.Find(from + at, out var step);
            if (entry is { HasPage: true, IsLarge: true } && ((to + at) % Large != 0 || _tables.HasTable(to + at)))
            {
                _ = _tables.TrySplit(from + at, rights);
                continue;
            }

            if (entry.HasPage)
            {
                _ = entry.IsLarge ? _tables.TrySetLarge(to + at, entry) : _tables.TrySet(to + at, entry);
                Set(from + at, default, entry.IsLarge);
                if (entry.IsPresent)
                {
                    NoteForget(entry.Physical, step);
                }
            }

            at = ((from + at) & ~(step - 1)) + step - from;
        }

        return true;
    }
}
