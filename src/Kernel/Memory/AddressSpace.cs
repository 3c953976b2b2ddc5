namespace Muk.Kernel.Memory;

/// <summary>The guest's address space: its regions, the page tables that make them real, and the frames behind them.</summary>
/// <remarks>
/// <para>Frames are committed when a region is made if it takes no more than half of what the limit leaves, so that first touches
/// never leave the guest; larger regions are committed piece by piece by the page faults they take
/// (<see cref="Fault"/>).</para>
/// <para>Invariants: every page's entry lies in a region; a free frame is zero; an entry's rights are its region's. What the
/// guest asked for is answered as Linux does; what the machine asks for (<see cref="Place"/>) is trusted. Page tables beyond the
/// machine's own count as committed.</para>
/// <para>Owner: the vCPU thread.</para>
/// </remarks>
internal sealed partial class AddressSpace : IAddressSpace
{
    /// <summary>Most bytes mapped, committed or not.</summary>
    public const ulong VirtualBytesMax = 1UL << 41;

    /// <summary>Lowest address a guest may map, as Linux's vm.mmap_min_addr.</summary>
    public const ulong LowestAddress = 0x10000;

    /// <summary>One past the highest address a guest may map.</summary>
    public const ulong HighestAddress = 0x7fff_ffff_f000;

    /// <summary>Regions from this size on use 2 MiB entries. Changing such an entry costs all that the host derived from the page
    /// tables, so what comes and goes quickly does without.</summary>
    public const ulong LargeRegionBytes = 16UL << 20;

    private const ulong Page = PageTables.PageBytes;
    private const ulong Large = PageTables.LargeBytes;

    private readonly IPhysicalMemory _memory;
    private readonly PageTables _tables;
    private readonly FrameAllocator _frames;
    private readonly Regions _regions = new();
    private readonly Regions _sealed = new();
    private long _sealedHighWater;
    private ulong _sealedBreak;
    private bool _sealedChanged = true;
    private ulong _heapStart;
    private ulong _break;
    private ulong _mmapTop;
    private PhysicalRun _forget;
    private PhysicalRun _release;

    public AddressSpace(IPhysicalMemory memory, PageTables tables, FrameAllocator frames)
    {
        (_memory, _tables, _frames) = (memory, tables, frames);
    }

    IReadOnlyList<Region> IAddressSpace.Regions => _regions.All;

    public (ulong Committed, ulong Limit) Usage => (Committed, Limit);

    /// <summary>Most bytes committed at any time since the last <see cref="Reset"/> or <see cref="TryRestore"/>.</summary>
    public ulong CommittedMax { get; private set; }

    private ulong Committed => ((ulong)_frames.Used * Page) + _tables.MoreBytes;

    private ulong Limit { get; set; }

    /// <summary>Empties the address space: no region, no page, every frame given back.</summary>
    /// <param name="limit">Bytes that may be committed from now on.</param>
    /// <param name="heapStart">Where brk starts.</param>
    /// <param name="mmapTop">Where mmap goes down from.</param>
    public void Reset(ulong limit, ulong heapStart, ulong mmapTop)
    {
        if (_frames.Used > 0 || _regions.Count > 0)
        {
            var first = _frames.First;
            _tables.Reset();
            if (_frames.HighWater > first)
            {
                _memory.Release((ulong)first * Page, (ulong)(_frames.HighWater - first) * Page);
            }
        }

        _frames.Reset();
        _regions.Clear();
        (Limit, _heapStart, _break, _mmapTop) = (limit, heapStart, heapStart, mmapTop);
        _sealedChanged = true;
        CommittedMax = 0;
        Flush();
    }

    /// <summary>Puts a region of the machine's making in.</summary>
    public void Place(Region region) => _regions.Insert(region);

    /// <summary>Commits [start, end) of a placed region now.</summary>
    /// <returns>False where the limit or the page tables do not allow it.</returns>
    public bool TryCommit(ulong start, ulong end)
    {
        var done = _regions.TryFind(start, out var region) && TryCommit(start, end, region);
        Flush();
        return done;
    }

    /// <summary>Maps physical memory that is not a frame of this space's (stub, boot block, rings).</summary>
    /// <returns>False where no page table is left for it.</returns>
    public bool TryMapPhysical(ulong start, ulong physical, ulong bytes, PageRights rights)
    {
        for (var at = 0UL; at < bytes;)
        {
            var large = ((start | physical) + at) % Large == 0 && bytes - at >= Large && !_tables.HasTable(start + at);
            var entry = PageEntry.Page(physical + at, rights, large);
            if (large ? !_tables.TrySetLarge(start + at, entry) : !_tables.TrySet(start + at, entry))
            {
                return false;
            }

            at += large ? Large : Page;
        }

        return true;
    }

    /// <summary>Remembers the space as it is, so that <see cref="TryRestore"/> can bring it back.</summary>
    public void Seal()
    {
        _sealed.CopyFrom(_regions);
        _sealedHighWater = _frames.HighWater;
        _sealedBreak = _break;
        _sealedChanged = false;
        CommittedMax = Committed;
    }

    /// <summary>Undoes all that the guest mapped since <see cref="Seal"/>. The content of what was there then is the caller's
    /// business.</summary>
    /// <returns>False where the guest has changed what was there: then only <see cref="Reset"/> helps.</returns>
    public bool TryRestore()
    {
        if (_sealedChanged || _tables.MoreBytes > 0)
        {
            return false;
        }

        if (_frames.HighWater > _sealedHighWater)
        {
            ClearUnsealed();
            _memory.Release((ulong)_sealedHighWater * Page, (ulong)(_frames.HighWater - _sealedHighWater) * Page);
            _frames.TrimTo(_sealedHighWater);
        }

        _regions.CopyFrom(_sealed);
        _break = _sealedBreak;
        CommittedMax = Committed;
        Flush();
        return true;
    }

    /// <summary>Clears the entries of frames that were taken after the seal.</summary>
    private void ClearUnsealed()
    {
        var border = (ulong)_sealedHighWater * Page;
        var end = (ulong)_frames.HighWater * Page;
        for (var i = 0; i < _regions.Count; i++)
        {
            var region = _regions[i];
            for (var at = region.IsPrivate ? region.Start : region.End; at < region.End;)
            {
                var entry = _tables.Find(at, out var bytes);
                if (entry.HasPage && entry.Physical >= border && entry.Physical < end)
                {
                    _ = entry.IsLarge ? _tables.TrySetLarge(at, default) : _tables.TrySet(at, default);
                }

                at = (at & ~(bytes - 1)) + bytes;
            }
        }
    }

    /// <summary>Tells the host what has been changed; at the end of every operation.</summary>
    private void Flush()
    {
        if (_forget.Bytes > 0)
        {
            _memory.Forget(_forget.Start, _forget.Bytes);
            _forget = default;
        }

        if (_release.Bytes > 0)
        {
            ReleaseFrames();
        }

        if (_tables.LargePagesChanged)
        {
            _tables.LargePagesChanged = false;
            _memory.ForgetAll();
        }
    }
}
