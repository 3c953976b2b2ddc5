using System.Buffers.Binary;
using System.Text;

namespace Muk.Orchestrator.Images;

/// <summary>A section of an ELF file.</summary>
/// <param name="FileBytes">What it takes of the file; 0 for <c>.bss</c>.</param>
/// <param name="MemoryBytes">What it takes of memory; 0 for sections that are not loaded.</param>
public sealed record ElfSection(string Name, ulong Address, ulong FileOffset, ulong FileBytes, ulong MemoryBytes);

/// <summary>Reads the section table of a 64-bit little-endian ELF file (System V gABI, "Sections").</summary>
/// <remarks>For showing sizes only: an image without a table, or with a broken one, has no sections and still runs.</remarks>
public static class ElfSections
{
    private const int HeaderBytes = 64;
    private const int EntryBytes = 64;
    private const uint TypeNoBits = 8;
    private const ulong FlagAlloc = 2;

    /// <summary>The sections in file order, the null one left out; empty where the table cannot be read.</summary>
    public static IReadOnlyList<ElfSection> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !file.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            return [];
        }

        var tableAt = BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        var entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(file[58..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        if (entryBytes != EntryBytes || namesIndex >= count || !Inside(file, tableAt, (ulong)count * EntryBytes))
        {
            return [];
        }

        var table = file.Slice((int)tableAt, count * EntryBytes);
        var names = Content(file, table.Slice(namesIndex * EntryBytes, EntryBytes));
        var sections = new List<ElfSection>();
        for (var i = 1; i < count; i++)
        {
            var entry = table.Slice(i * EntryBytes, EntryBytes);
            var noBits = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) == TypeNoBits;
            var loaded = (BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]) & FlagAlloc) != 0;
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
            sections.Add(new(
                Name(names, BinaryPrimitives.ReadUInt32LittleEndian(entry)),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]),
                noBits ? 0 : bytes,
                loaded ? bytes : 0));
        }

        return sections;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, ReadOnlySpan<byte> entry)
    {
        var at = BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]);
        var bytes = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
        return Inside(file, at, bytes) ? file.Slice((int)at, (int)bytes) : [];
    }

    private static string Name(ReadOnlySpan<byte> names, uint at)
    {
        if (at >= names.Length)
        {
            return "?";
        }

        var rest = names[(int)at..];
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static bool Inside(ReadOnlySpan<byte> file, ulong at, ulong bytes) =>
        at <= (ulong)file.Length && bytes <= (ulong)file.Length - at;
}
