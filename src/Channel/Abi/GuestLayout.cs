namespace Muk.Abi;

/// <summary>Fixed guest-virtual addresses, the same on both machines. Twin of the first section of <c>muk_abi.h</c>.</summary>
public static class GuestLayout
{
    /// <summary>Version of everything in <c>muk_abi.h</c>; an image of another version is refused.</summary>
    public const uint AbiVersion = 1;

    /// <summary>The system-call stub, one page, <c>kvm</c> only.</summary>
    public const ulong StubAddress = 0x10000;

    /// <summary>The read-only <see cref="BootBlock"/>.</summary>
    public const ulong BootAddress = 0x20000;

    /// <summary>Bytes kept for the boot block.</summary>
    public const int BootBytes = 0x10000;

    /// <summary>Address of port 0's ring; port <c>i</c>'s is <see cref="RingStride"/> × <c>i</c> further.</summary>
    public const ulong RingsAddress = 0x1000_0000_0000;

    /// <summary>Distance from one port's ring to the next one's, in bytes.</summary>
    public const ulong RingStride = 0x10_0000_0000;

    /// <summary>Load bias of the static-pie image.</summary>
    public const ulong ImageAddress = 0x5000_0000_0000;

    /// <summary>mmap hands out addresses downwards from here (<c>kvm</c> only).</summary>
    public const ulong MmapTop = 0x7000_0000_0000;

    /// <summary>First byte after the stack.</summary>
    public const ulong StackTop = 0x7800_0000_0000;

    /// <summary>Most ports one MUK may have.</summary>
    public const int PortsMax = 64;

    /// <summary>Bytes of a port's name, NUL included.</summary>
    public const int NameBytes = 32;
}
