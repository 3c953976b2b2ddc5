using System.Runtime.InteropServices;

namespace Muk.Abi;

/// <summary>Where a ring's parts are in its file. Twin of <c>MUK_RING_*</c> in <c>muk_abi.h</c>.</summary>
public static class RingLayout
{
    public const ulong Magic = 0x31474e524b554d;
    public const int ProducerOffset = 0x1000;
    public const int ConsumerOffset = 0x2000;
    public const int DataOffset = 0x200000;
    public const long DataBytesMin = 0x1000;
    public const long DataBytesMax = 0x40000000;
    public const int PageBytes = 0x1000;
}

/// <summary>Twin of <c>enum muk_ring_kind</c>.</summary>
public enum RingKind : uint
{
    /// <summary>Every message has the same size.</summary>
    Slots = 1,

    /// <summary>Every message has its own length.</summary>
    Records = 2,
}

/// <summary>Twin of <c>enum muk_ring_flags</c>.</summary>
[Flags]
public enum RingFlags : uint
{
    None = 0,

    /// <summary>The consumer may sleep: the producer must fence and look.</summary>
    ConsumerParks = 1,

    /// <summary>The producer may sleep: the consumer must fence and look.</summary>
    ProducerParks = 2,

    /// <summary>The consumer may write data, and writes back what it read in each cache line that it is done with.</summary>
    ConsumerTouches = 4,
}

/// <summary>Twin of <c>enum muk_ring_state</c>.</summary>
public enum RingState : uint
{
    Open = 0,
    Ended = 1,
    Failed = 2,
}

/// <summary>The constant first page of a ring. Twin of <c>struct muk_ring_header</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct RingHeader
{
    public ulong Magic;
    public uint Abi;
    public RingKind Kind;
    public ulong DataBytes;
    public ulong SlotCount;
    public uint SlotBytes;
    public uint PayloadBytes;
    public uint PayloadOffset;
    public RingFlags Flags;
    public ulong TypeHash;
}

/// <summary>One side's page. Twin of <c>struct muk_ring_side</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
public struct RingSide
{
    [FieldOffset(0)] public ulong Position;
    [FieldOffset(8)] public ulong Messages;
    [FieldOffset(16)] public ulong Bytes;
    [FieldOffset(24)] public ulong IdleCycles;
    [FieldOffset(32)] public ulong Waits;
    [FieldOffset(40)] public ulong Parks;
    [FieldOffset(128)] public RingState State;
    [FieldOffset(256)] public uint Parked;
    [FieldOffset(384)] public uint Bell;
}
