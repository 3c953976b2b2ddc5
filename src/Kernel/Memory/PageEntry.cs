namespace Muk.Kernel.Memory;

/// <summary>An x86-64 page-table entry (AMD64 manual volume 2, section 5.3; Intel SDM volume 3, section 4.5).</summary>
/// <remarks>Accessed and dirty are set from the start, so that no walk of the tables ever has to write them. An entry whose page is
/// kept while the guest may not touch it (PROT_NONE) is not present and has <see cref="HeldBit"/>, which the processor ignores.</remarks>
public readonly record struct PageEntry(ulong Value)
{
    private const ulong PresentBit = 1;
    private const ulong WriteBit = 2;
    private const ulong UserBit = 4;
    private const ulong AccessedDirtyBits = 0x60;
    private const ulong LargeBit = 0x80;
    private const ulong HeldBit = 0x200;
    private const ulong NoExecuteBit = 1UL << 63;
    private const ulong AddressBits = 0x000f_ffff_ffff_f000;

    /// <summary>Has it a page, present or held?</summary>
    public bool HasPage => (Value & (PresentBit | HeldBit)) != 0;

    public bool IsPresent => (Value & PresentBit) != 0;

    public bool IsWritable => (Value & WriteBit) != 0;

    public bool IsExecutable => (Value & NoExecuteBit) == 0;

    public bool IsUser => (Value & UserBit) != 0;

    /// <summary>Is it a 2 MiB page?</summary>
    public bool IsLarge => (Value & LargeBit) != 0;

    /// <summary>Guest-physical address of the page or the next table.</summary>
    public ulong Physical => Value & AddressBits;

    /// <summary>An entry of an upper table; rights are decided by the last one.</summary>
    public static PageEntry Table(ulong physical) => new(physical | PresentBit | WriteBit | UserBit | 0x20);

    /// <summary>A page of the guest with these rights.</summary>
    public static PageEntry Page(ulong physical, PageRights rights, bool large)
    {
        var bits = AccessedDirtyBits | (large ? LargeBit : 0) | UserBit;
        bits |= rights == PageRights.None ? HeldBit : PresentBit;
        bits |= rights.HasFlag(PageRights.Write) ? WriteBit : 0;
        bits |= rights.HasFlag(PageRights.Execute) ? 0 : NoExecuteBit;
        return new PageEntry(physical | bits);
    }

    /// <summary>A page for the exception stubs and their stack: not the guest's.</summary>
    public static PageEntry Supervisor(ulong physical, PageRights rights) => new(Page(physical, rights, large: false).Value & ~UserBit);

    /// <summary>The same page with other rights.</summary>
    public PageEntry WithRights(PageRights rights) => Page(Physical, rights, IsLarge);
}
