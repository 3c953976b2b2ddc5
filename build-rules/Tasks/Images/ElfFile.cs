using System.Buffers.Binary;
using Muk.Abi;

namespace Muk.Build.Tasks.Images;

/// <summary>As much of a linked ELF file as the build needs: to strip it, and to say whether it is a proper image.</summary>
public sealed class ElfFile
{
    private const uint Load = 1;
    private const uint Interpreter = 3;
    private const uint Note = 4;
    private const uint Execute = 1;
    private const uint Write = 2;
    private const int HeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const ulong PageBytes = 4096;

    private readonly byte[] _bytes;
    private readonly List<Segment> _segments = [];

    private ElfFile(byte[] bytes) => _bytes = bytes;

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The program headers, in file order.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>One program header; <paramref name="Flags"/> as ELF has them (1 execute, 2 write, 4 read).</summary>
    public sealed record Segment(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileBytes, ulong MemoryBytes);

    /// <summary>Reads a file that a linker wrote.</summary>
    /// <returns>Null, and in <paramref name="problem"/> what it is instead, for anything but an x86-64 executable.</returns>
    public static ElfFile? TryRead(byte[] bytes, out string problem)
    {
        problem = "";
        if (bytes.Length < HeaderBytes || !bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            problem = "it is not an ELF file";
        }
        else if (U16(bytes, 18) != 62)
        {
            problem = $"it is for another machine (e_machine {U16(bytes, 18)}): compile and link with $(CC)";
        }
        else if (U16(bytes, 16) != 3)
        {
            problem = U16(bytes, 16) == 2
                ? "it is linked to a fixed address: link with $(CC) and $(LDFLAGS), without -no-pie"
                : "it is not an executable: link it with $(CC) and $(LDFLAGS)";
        }

        if (problem.Length > 0)
        {
            return null;
        }

        var file = new ElfFile(bytes);
        var table = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32));
        int count = U16(bytes, 56);
        if (table > (ulong)bytes.Length || (ulong)count * ProgramHeaderBytes > (ulong)bytes.Length - table)
        {
            problem = "its program headers lie outside of it";
            return null;
        }

        for (var i = 0; i < count; i++)
        {
            var at = bytes.AsSpan((int)table + (i * ProgramHeaderBytes), ProgramHeaderBytes);
            file._segments.Add(new(
                BinaryPrimitives.ReadUInt32LittleEndian(at),
                BinaryPrimitives.ReadUInt32LittleEndian(at[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(at[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(at[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(at[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(at[40..])));
        }

        return file;
    }

    /// <summary>What keeps it from being a proper image; "" for nothing.</summary>
    public string Problem()
    {
        if (_segments.Any(s => s.Type == Interpreter))
        {
            return "it is dynamically linked: link with $(CC) and $(LDFLAGS), without -shared and without shared libraries";
        }

        if (_segments.Any(s => s.Type == Load && (s.Flags & (Execute | Write)) == (Execute | Write)))
        {
            return "a segment is both writable and executable";
        }

        ulong end = 0;
        foreach (var segment in _segments.Where(s => s.Type == Load))
        {
            if (segment.Address / PageBytes < (end + PageBytes - 1) / PageBytes)
            {
                return "two segments share a page";
            }

            end = segment.Address + segment.MemoryBytes;
        }

        return ManifestNote().Length == 0 ? "it has no manifest: link it with $(CC)" : "";
    }

    /// <summary>The descriptor of the manifest's note, empty for none.</summary>
    public ReadOnlySpan<byte> ManifestNote() => NoteBytes();

    private Span<byte> NoteBytes()
    {
        foreach (var segment in _segments.Where(s => s.Type == Note))
        {
            var notes = _bytes.AsSpan((int)segment.Offset, (int)segment.FileBytes);
            while (notes.Length >= 12)
            {
                var nameBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(notes);
                var descriptorBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
                var descriptorAt = 12 + ((nameBytes + 3) & ~3);
                if (notes.Slice(12, nameBytes).SequenceEqual("Muk\0"u8))
                {
                    return notes.Slice(descriptorAt, descriptorBytes);
                }

                notes = notes[Math.Min(notes.Length, descriptorAt + ((descriptorBytes + 3) & ~3))..];
            }
        }

        return [];
    }

    /// <summary>The manifest.</summary>
    /// <exception cref="ManifestFormatException">It is malformed.</exception>
    public Manifest Manifest() => ManifestCodec.Read(ManifestNote());

    /// <summary>Puts another manifest in the place of the one it has.</summary>
    /// <exception cref="ArgumentException">It is not of the same size.</exception>
    public void Replace(Manifest manifest)
    {
        var descriptor = ManifestCodec.Write(manifest);
        var place = NoteBytes();
        if (descriptor.Length != place.Length)
        {
            throw new ArgumentException("another manifest has another size", nameof(manifest));
        }

        descriptor.CopyTo(place);
    }

    /// <summary>The file without anything that is not loaded: no symbols, no debug information, no section headers.</summary>
    public byte[] Stripped()
    {
        var end = _segments.Where(s => s.Type == Load).Max(s => s.Offset + s.FileBytes);
        var stripped = _bytes.AsSpan(0, (int)end).ToArray();
        // e_shoff, e_shnum and e_shstrndx.
        stripped.AsSpan(40, 8).Clear();
        stripped.AsSpan(60, 4).Clear();
        return stripped;
    }

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
