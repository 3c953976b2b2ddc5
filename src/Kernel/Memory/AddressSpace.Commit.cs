namespace Muk.Kernel.Memory;

/// <summary>Frames behind regions: taking, giving back, moving, changing rights.</summary>
internal sealed partial class AddressSpace
{
    /// <summary>Commits a range unless it is too large for that; see the type's remarks. Each of its regions with its own rights.</summary>
    private void CommitAhead(ulong start, ulong end)
    {
        for (var i = _regions.FirstEndingAfter(start); i < _regions.Count && _regions[i].Start < end; i++)
        {
            var region = _regions[i];
            var (from, to) = (Math.Max(start, region.Start), Math.Min(end, region.End));
            if (region.Rights != PageRights.None && to - from <= (Limit - Math.Min(Limit, Committed)) / 2)
            {
                _ = TryCommit(from, to, region);
            }
        }
    }

    private bool TryCommit(ulong start, ulong end, Region region)
    {
        var large = region.Bytes >= LargeRegionBytes;
        for (var at = start; at < end;)
        {
            var entry = _tables.Find(at, out var bytes);
            if (entry.HasPage)
            {
                at = (at & ~(bytes - 1)) + bytes;
            }
            else if (large && at % Large == 0 && end - at >= Large && bytes >= Large && TryCommitLarge(at, region.Rights))
            {
                at += Large;
            }
            else if (!TryCommitSmall(ref at, Math.Min(end, (at & ~(Large - 1)) + Large), region.Rights))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryCommitLarge(ulong at, PageRights rights)
    {
        var frame = Take((long)(Large / Page), (long)(Large / Page));
        if (frame < 0)
        {
            return false;
        }

        if (!_tables.TrySetLarge(at, PageEntry.Page((ulong)frame * Page, rights, large: true)))
        {
            _frames.Free(frame, (long)(Large / Page));
            return false;
        }

        return true;
    }

    /// <summary>Commits from <paramref name="at"/> to the next page that is there or to <paramref name="end"/>, and moves at
    /// there.</summary>
    private bool TryCommitSmall(ref ulong at, ulong end, PageRights rights)
    {
        var to = at + Page;
        while (to < end && !_tables.Find(to, out _).HasPage)
        {
            to += Page;
        }

        while (at < to)
        {
            var count = (long)((to - at) / Page);
            var frame = Take(count, 1);
            while (frame < 0 && count > 1)
            {
                count /= 2;
                frame = Take(count, 1);
            }

            if (frame < 0)
            {
                return false;
            }

            for (var i = 0L; i < count; i++, at += Page)
            {
                if (!_tables.TrySet(at, PageEntry.Page((ulong)(frame + i) * Page, rights, large: false)))
                {
                    _frames.Free(frame + i, count - i);
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Bytes of [start, end) that have no page yet.</summary>
    private ulong Missing(ulong start, ulong end)
    {
        var missing = 0ul;
        for (var at = start; at < end;)
        {
            var entry = _tables.Find(at, out var bytes);
            var next = Math.Min((at & ~(bytes - 1)) + bytes, end);
            missing += entry.HasPage ? 0 : next - at;
            at = next;
        }

        return missing;
    }

    private long Take(long count, long align)
    {
        if ((ulong)count > (Limit - Math.Min(Limit, Committed)) / Page)
        {
            return -1;
        }

        var frame = _frames.Allocate(count, align);
        if (frame >= 0 && !_memory.TryGrow((ulong)(frame + count) * Page))
        {
            _frames.Free(frame, count);
            return -1;
        }

        CommittedMax = Math.Max(CommittedMax, Committed);
        return frame;
    }

    /// <summary>Makes sure that no 2 MiB page sticks out of [start, end).</summary>
    private bool TrySplitAt(ulong start, ulong end) => TrySplitAt(start) && TrySplitAt(end);

    private bool TrySplitAt(ulong address)
    {
        var entry = _tables.Find(address, out _);
        return !entry.HasPage || !entry.IsLarge || address % Large == 0
            || (_regions.TryFind(address, out var region) && _tables.TrySplit(address, region.Rights));
    }

    /// <summary>Takes the pages of [start, end) out and their frames back. No 2 MiB page sticks out of it.</summary>
    private void Decommit(ulong start, ulong end)
    {
        for (var at = start; at < end;)
        {
            var entry = _tables.Find(at, out var bytes);
            if (entry.HasPage)
            {
                Set(at, default, entry.IsLarge);
                if (!_release.TryAdd(entry.Physical, bytes))
                {
                    ReleaseFrames();
                    _release.TryAdd(entry.Physical, bytes);
                }
            }

            at = (at & ~(bytes - 1)) + bytes;
        }
    }

    private void ReleaseFrames()
    {
        _memory.Release(_release.Start, _release.Bytes);
        _frames.Free((long)(_release.Start / Page), (long)(_release.Bytes / Page));
        _release = default;
    }

    /// <summary>Gives the pages of [start, end) other rights. No 2 MiB page sticks out of it.</summary>
    private void ChangeRights(ulong start, ulong end, PageRights rights)
    {
        for (var at = start; at < end;)
        {
            var entry = _tables.Find(at, out var bytes);
            if (entry.HasPage && entry.WithRights(rights) != entry)
            {
                Set(at, entry.WithRights(rights), entry.IsLarge);
                if (entry.IsPresent)
                {
                    NoteForget(entry.Physical, bytes);
                }
            }

            at = (at & ~(bytes - 1)) + bytes;
        }
    }

    private void NoteForget(ulong physical, ulong bytes)
    {
        if (!_forget.TryAdd(physical, bytes))
        {
            _memory.Forget(_forget.Start, _forget.Bytes);
            _forget = default;
            _forget.TryAdd(physical, bytes);
        }
    }

    /// <summary>Changes an entry that is there already, so no table is needed.</summary>
    private void Set(ulong at, PageEntry entry, bool large)
    {
        if (!(large ? _tables.TrySetLarge(at, entry) : _tables.TrySet(at, entry)))
        {
            throw new InvalidOperationException($"the page table of 0x{at:x} is gone");
        }
    }
}
