using System.Buffers.Binary;
using Muk.Abi;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>The unwind tables of the image that a guest runs, read from the guest's own memory: what it has made of them may be
/// anything, and makes no more than a wrong backtrace.</summary>
/// <remarks>Formats: Linux Standard Base, "DWARF Extensions" (<c>.eh_frame_hdr</c>, <c>.eh_frame</c>), in the encodings that the
/// linker and both compilers use: sorted, four bytes, relative.</remarks>
internal sealed class FrameTable
{
    private const int HeaderBytes = 12;
    private const int EntryBytes = 8;
    private const uint FrameHeaderSegment = 0x6474e550;
    private const byte Relative4 = 0x1b;
    private const uint EntriesMax = 1 << 22;

    private readonly IGuestMemory _memory;
    private readonly ulong _header;
    private readonly uint _count;

    private FrameTable(IGuestMemory memory, ulong header, uint count)
    {
        _memory = memory;
        _header = header;
        _count = count;
    }

    /// <summary>The tables of the image; null for one that has none, as those of C have not.</summary>
    public static FrameTable? Find(IGuestMemory memory)
    {
        Span<byte> elf = stackalloc byte[64];
        Span<byte> segment = stackalloc byte[56];
        if (!memory.TryRead(new(GuestLayout.ImageAddress), elf))
        {
            return null;
        }

        var headers = GuestLayout.ImageAddress + BinaryPrimitives.ReadUInt64LittleEndian(elf[32..]);
        var count = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(elf[56..]), (ushort)64);
        for (var i = 0; i < count; i++)
        {
            if (memory.TryRead(new(headers + ((ulong)i * 56)), segment)
                && BinaryPrimitives.ReadUInt32LittleEndian(segment) == FrameHeaderSegment)
            {
                return At(memory, GuestLayout.ImageAddress + BinaryPrimitives.ReadUInt64LittleEndian(segment[16..]));
            }
        }

        return null;
    }

    /// <summary>The entry for an instruction; false where no function with one covers it.</summary>
    public bool TryFind(ulong instruction, out FrameEntry entry)
    {
        Span<byte> row = stackalloc byte[EntryBytes];
        entry = default;
        var (low, high) = (0u, _count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (!TryRow(middle, row))
            {
                return false;
            }

            var start = _header + (ulong)BinaryPrimitives.ReadInt32LittleEndian(row);
            (low, high) = start <= instruction ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && TryRow(low - 1, row)
            && FrameEntry.TryRead(_memory, _header + (ulong)BinaryPrimitives.ReadInt32LittleEndian(row[4..]), out entry)
            && instruction - entry.Start < entry.Bytes;
    }

    private bool TryRow(uint index, Span<byte> row) =>
        _memory.TryRead(new(_header + HeaderBytes + ((ulong)index * EntryBytes)), row);

    private static FrameTable? At(IGuestMemory memory, ulong header)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes];
        // Version, encodings of the pointer to .eh_frame, of the count and of the table.
        if (!memory.TryRead(new(header), bytes) || !bytes[..4].SequenceEqual((ReadOnlySpan<byte>)[1, Relative4, 3, 0x3b]))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return count <= EntriesMax ? new(memory, header, count) : null;
    }
}
