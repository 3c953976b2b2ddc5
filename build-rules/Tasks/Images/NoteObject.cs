using System.Buffers.Binary;
using System.Text;

namespace Muk.Build.Tasks.Images;

/// <summary>Writes a relocatable ELF file with one section, <c>.note.muk</c>, for the linker to put into the image.</summary>
/// <remarks>Layout from the System V ABI, edition 4.1, chapter 4: header, the note, the section names, an empty symbol
/// table (linkers want one), and four section headers.</remarks>
public static class NoteObject
{
    private const int HeaderBytes = 64;
    private const int SectionHeaderBytes = 64;
    private const int SymbolBytes = 24;
    private const uint SectionNote = 7;
    private const uint SectionStrings = 3;
    private const uint SectionSymbols = 2;
    private const ulong FlagAlloc = 2;

    // SHF_GNU_RETAIN: --gc-sections keeps it although nothing refers to it.
    private const ulong FlagRetain = 0x200000;

    /// <summary>The object file's bytes.</summary>
    /// <param name="note">A complete note: header, name, descriptor.</param>
    public static byte[] Write(ReadOnlySpan<byte> note)
    {
        var names = "\0.note.muk\0.strtab\0.symtab\0"u8;
        var noteAt = HeaderBytes;
        var namesAt = noteAt + Align(note.Length);
        var symbolsAt = namesAt + Align(names.Length);
        var sectionsAt = symbolsAt + SymbolBytes;
        var file = new byte[sectionsAt + (4 * SectionHeaderBytes)];

        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0];
        identification.CopyTo(file);
        U16(file, 16, 1);  // ET_REL
        U16(file, 18, 62); // EM_X86_64
        U32(file, 20, 1);
        U64(file, 40, (ulong)sectionsAt);
        U16(file, 52, HeaderBytes);
        U16(file, 58, SectionHeaderBytes);
        U16(file, 60, 4);
        U16(file, 62, 2);
        note.CopyTo(file.AsSpan(noteAt));
        names.CopyTo(file.AsSpan(namesAt));

        Section(file, sectionsAt, 1, NameAt(names, ".note.muk"), SectionNote, FlagAlloc | FlagRetain, noteAt, note.Length, 0, 0, 4, 0);
        Section(file, sectionsAt, 2, NameAt(names, ".strtab"), SectionStrings, 0, namesAt, names.Length, 0, 0, 1, 0);
        // sh_link: its strings; sh_info: the first symbol that is not local.
        Section(file, sectionsAt, 3, NameAt(names, ".symtab"), SectionSymbols, 0, symbolsAt, SymbolBytes, 2, 1, 8, SymbolBytes);
        return file;
    }

    private static void Section(
        byte[] file, int table, int index, int name, uint type, ulong flags,
        int offset, int bytes, uint link, uint info, int align, int entry)
    {
        var at = table + (index * SectionHeaderBytes);
        U32(file, at, (uint)name);
        U32(file, at + 4, type);
        U64(file, at + 8, flags);
        U64(file, at + 24, (ulong)offset);
        U64(file, at + 32, (ulong)bytes);
        U32(file, at + 40, link);
        U32(file, at + 44, info);
        U64(file, at + 48, (ulong)align);
        U64(file, at + 56, (ulong)entry);
    }

    private static int NameAt(ReadOnlySpan<byte> names, string name) => names.IndexOf(Encoding.ASCII.GetBytes(name));

    private static int Align(int bytes) => (bytes + 7) & ~7;

    private static void U16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void U32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void U64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
