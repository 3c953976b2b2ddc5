using System.Buffers.Binary;
using System.Text;

namespace Muk.Orchestrator.Images;

/// <summary>A symbol of an ELF file that has a size.</summary>
/// <param name="Section">Index of its section among all sections, from 1.</param>
/// <param name="Bytes">What it takes of its section.</param>
/// <param name="Address">Where it is loaded, from the load bias.</param>
public sealed record ElfSymbol(string Name, int Section, ulong Bytes, ulong Address);

/// <summary>Reads the symbols of functions and objects of a 64-bit little-endian ELF file (System V gABI, "Symbol Table").</summary>
/// <remarks>For showing sizes only: a file without a table, or with a broken one, has no symbols.</remarks>
public static class ElfSymbols
{
    private const int EntryBytes = 24;
    private const int ReservedSections = 0xff00;

    /// <summary>The symbols; several may be at one address.</summary>
    public static IReadOnlyList<ElfSymbol> Read(ReadOnlySpan<byte> file)
    {
        var sections = ElfSections.Read(file);
        if (sections.FirstOrDefault(s => s.Name == ".symtab") is not { } table
            || sections.FirstOrDefault(s => s.Name == ".strtab") is not { } names)
        {
            return [];
        }

        var entries = file.Slice((int)table.FileOffset, (int)table.FileBytes);
        var texts = file.Slice((int)names.FileOffset, (int)names.FileBytes);
        var seen = new HashSet<ulong>();
        var symbols = new List<ElfSymbol>();
        for (; entries.Length >= EntryBytes; entries = entries[EntryBytes..])
        {
            var nameAt = BinaryPrimitives.ReadUInt32LittleEndian(entries);
            var kind = entries[4] & 0xf;
            int section = BinaryPrimitives.ReadUInt16LittleEndian(entries[6..]);
            var address = BinaryPrimitives.ReadUInt64LittleEndian(entries[8..]);
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(entries[16..]);
            var measured = kind is 1 or 2 && section is > 0 and < ReservedSections && bytes > 0 && nameAt < texts.Length;
            if (measured && seen.Add(address))
            {
                var rest = texts[(int)nameAt..];
                var end = rest.IndexOf((byte)0);
                symbols.Add(new(Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]), section, bytes, address));
            }
        }

        return symbols;
    }
}
