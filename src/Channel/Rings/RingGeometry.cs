using System.Numerics;
using Muk.Abi;

namespace Muk.Channel.Rings;

/// <summary>The arithmetic of a ring's header: pure, and the same in <c>muk_ring.h</c>.</summary>
public static class RingGeometry
{
    /// <summary>Fewest slots of a ring.</summary>
    public const ulong SlotCountMin = 2;

    /// <summary>From a header word to its payload.</summary>
    public static uint PayloadOffset(uint align) => Math.Max(8, align);

    /// <summary>From one slot to the next. Small slots divide a cache line, so that a message lies in one.</summary>
    public static uint SlotBytes(uint payloadBytes, uint align)
    {
        var offset = PayloadOffset(align);
        var bytes = offset + payloadBytes;
        return bytes switch
        {
            <= 16 => 16,
            <= 32 => 32,
            <= 64 => 64,
            _ => (bytes + offset - 1) & ~(offset - 1),
        };
    }

    /// <summary>What a record of <paramref name="bytes"/> takes of the ring.</summary>
    public static ulong RecordBytes(uint bytes, uint payloadOffset) =>
        ((ulong)payloadOffset + bytes + payloadOffset - 1) & ~((ulong)payloadOffset - 1);

    /// <summary>Is this a header that <see cref="RingOptions.ToHeader"/> could have made? Says what is wrong, null for nothing.</summary>
    public static string? Fault(in RingHeader header, long fileBytes)
    {
        if (header.Magic != RingLayout.Magic)
        {
            return "it does not begin like a ring";
        }

        if (header.Abi != GuestLayout.AbiVersion)
        {
            return $"it was made by ABI version {header.Abi}, and this muk has version {GuestLayout.AbiVersion}";
        }

        if (header.PayloadOffset is not (8 or 16 or 32 or 64) || header.PayloadBytes is 0 or > RingOptions.PayloadBytesMax
            || ((uint)header.Flags & ~7u) != 0 || header.DataBytes is < (ulong)RingLayout.DataBytesMin or > (ulong)RingLayout.DataBytesMax
            || header.DataBytes % RingLayout.PageBytes != 0)
        {
            return "its sizes are outside their limits";
        }

        if ((ulong)fileBytes < RingLayout.DataOffset + header.DataBytes)
        {
            return $"it should have {RingLayout.DataOffset + header.DataBytes} bytes and has {fileBytes}";
        }

        var whole = header.Kind switch
        {
            RingKind.Slots => header.SlotBytes == SlotBytes(header.PayloadBytes, header.PayloadOffset)
                && BitOperations.IsPow2(header.SlotCount) && header.SlotCount is >= SlotCountMin and <= (ulong)RingLayout.DataBytesMax
                && header.DataBytes == Pages(header.SlotCount * header.SlotBytes),
            RingKind.Records => header.SlotCount == 0 && header.SlotBytes == 0 && BitOperations.IsPow2(header.DataBytes)
                && RecordsNeed(header.PayloadBytes, header.PayloadOffset) <= header.DataBytes,
            _ => false,
        };
        return whole ? null : "its sizes do not fit together";
    }

    internal static RingHeader Slots(RingOptions options)
    {
        var slotBytes = SlotBytes(options.PayloadBytes, options.PayloadAlign);
        var wished = (ulong)options.CapacityBytes / slotBytes;
        var count = wished <= SlotCountMin ? SlotCountMin : 1UL << BitOperations.Log2(wished);
        return Header(options) with { SlotBytes = slotBytes, SlotCount = count, DataBytes = Pages(count * slotBytes) };
    }

    internal static RingHeader Records(RingOptions options)
    {
        var need = RecordsNeed(options.PayloadBytes, PayloadOffset(options.PayloadAlign));
        var wished = 1UL << BitOperations.Log2(Math.Max((ulong)options.CapacityBytes, (ulong)RingLayout.DataBytesMin));
        return Header(options) with { DataBytes = Math.Max(wished, BitOperations.RoundUpToPowerOf2(need)) };
    }

    /// <summary>Two of the largest records and the word that ends them: so one can be read while the next is written.</summary>
    private static ulong RecordsNeed(uint payloadBytes, uint payloadOffset) =>
        (2 * RecordBytes(payloadBytes, payloadOffset)) + payloadOffset;

    private static ulong Pages(ulong bytes) => (bytes + RingLayout.PageBytes - 1) & ~((ulong)RingLayout.PageBytes - 1);

    private static RingHeader Header(RingOptions options) => new()
    {
        Magic = RingLayout.Magic,
        Abi = GuestLayout.AbiVersion,
        Kind = options.Kind,
        PayloadBytes = options.PayloadBytes,
        PayloadOffset = PayloadOffset(options.PayloadAlign),
        Flags = options.Flags,
        TypeHash = options.TypeHash,
    };
}
