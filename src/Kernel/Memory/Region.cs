namespace Muk.Kernel.Memory;

/// <summary>What a region of guest-virtual memory is for; decides who may change it and what a fault there is called.</summary>
public enum RegionKind
{
    /// <summary>mmap.</summary>
    Anonymous,

    /// <summary>A segment of the image.</summary>
    Image,

    /// <summary>Whole pages of the image that no file is behind: they start as zero (.bss).</summary>
    ImageZero,

    /// <summary>brk.</summary>
    Heap,

    Stack,

    /// <summary>Below the stack: never accessible.</summary>
    Guard,

    /// <summary>The system-call stub.</summary>
    Stub,

    /// <summary>The boot block.</summary>
    Boot,

    /// <summary>A page of a ring that this guest owns: its own side's page, or data it produces.</summary>
    Ring,

    /// <summary>A page of a ring that its peer owns, or its header.</summary>
    RingOfPeer,
}

/// <summary>A range [<paramref name="Start"/>, <paramref name="End"/>) of whole pages with one set of rights.</summary>
public readonly record struct Region(ulong Start, ulong End, PageRights Rights, RegionKind Kind)
{
    public ulong Bytes => End - Start;

    /// <summary>Is it the guest's own, to unmap, protect and discard? The rest belongs to the machine.</summary>
    public bool IsPrivate => Kind <= RegionKind.Stack;

    public bool Contains(ulong address) => address >= Start && address < End;
}
