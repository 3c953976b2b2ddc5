namespace Muk.Kernel.Memory;

/// <summary>What an instruction was doing to memory.</summary>
public enum MemoryAccess
{
    Read,
    Write,
    Execute,
}

/// <summary>What came of a page fault.</summary>
internal enum FaultOutcome
{
    /// <summary>The page is there now: run the instruction again.</summary>
    Cured,

    /// <summary>The guest had no right to it.</summary>
    Refused,

    /// <summary>The page would be the guest's, but its limit is reached.</summary>
    OutOfMemory,
}

/// <summary>Page faults: cured by committing memory, or explained.</summary>
internal sealed partial class AddressSpace
{
    private const ulong SmallPiece = 64 << 10;

    /// <summary>Cures a page fault if the region there allows the access.</summary>
    public FaultOutcome Fault(ulong address, MemoryAccess access)
    {
        if (!_regions.TryFind(address, out var region) || !Allows(region.Rights, access))
        {
            return FaultOutcome.Refused;
        }

        var entry = _tables.Find(address, out var bytes);
        if (entry.IsPresent)
        {
            // The tables allow it already: a stale translation, which this drops.
            _memory.Forget(entry.Physical, bytes);
            return region.IsPrivate || access != MemoryAccess.Write ? FaultOutcome.Cured : FaultOutcome.Refused;
        }

        if (!region.IsPrivate)
        {
            return FaultOutcome.Refused;
        }

        var page = address & ~(Page - 1);
        var cured = TryCommitAround(page, Large, region)
            || TryCommitAround(page, SmallPiece, region)
            || TryCommitAround(page, Page, region);
        Flush();
        return cured ? FaultOutcome.Cured : FaultOutcome.OutOfMemory;
    }

    /// <summary>One line for people on why an access was refused.</summary>
    public string Explain(ulong address, MemoryAccess access)
    {
        var deed = access switch
        {
            MemoryAccess.Write => "write to",
            MemoryAccess.Execute => "jump to",
            _ => "read from",
        };
        if (!_regions.TryFind(address, out var region))
        {
            return address < LowestAddress
                ? $"{deed} 0x{address:x}: nothing is mapped there (a null pointer?)"
                : $"{deed} 0x{address:x}: nothing is mapped there";
        }

        return region.Kind switch
        {
            RegionKind.Guard => $"stack overflow: {deed} 0x{address:x}, below the stack's limit",
            RegionKind.Stub => $"{deed} 0x{address:x}: the system-call stub is read only",
            RegionKind.Boot => $"{deed} 0x{address:x}: the boot block is read only and not code",
            RegionKind.RingOfPeer => $"{deed} 0x{address:x}: that part of a ring belongs to its peer and is read only",
            RegionKind.Ring => $"{deed} 0x{address:x}: a ring is not code",
            RegionKind.Stack when access == MemoryAccess.Execute => $"jump to 0x{address:x}: the stack is not code",
            RegionKind.Heap when access == MemoryAccess.Execute => $"jump to 0x{address:x}: the heap is not code",
            _ => $"{deed} 0x{address:x}: the memory there is {Describe(region.Rights)}",
        };
    }

    private static string Describe(PageRights rights) => rights switch
    {
        PageRights.None => "inaccessible",
        _ when rights.HasFlag(PageRights.Write) => "data, not code",
        _ when rights.HasFlag(PageRights.Execute) => "code and read only",
        _ => "read only",
    };

    private static bool Allows(PageRights rights, MemoryAccess access) => access switch
    {
        MemoryAccess.Write => rights.HasFlag(PageRights.Write),
        MemoryAccess.Execute => rights.HasFlag(PageRights.Execute),
        _ => rights != PageRights.None,
    };

    private bool TryCommitAround(ulong page, ulong piece, Region region)
    {
        var start = Math.Max(page & ~(piece - 1), region.Start);
        var end = Math.Min((page & ~(piece - 1)) + piece, region.End);
        return end - start <= Limit - Math.Min(Limit, Committed) && TryCommit(start, end, region);
    }
}
