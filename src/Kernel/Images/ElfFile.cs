using System.Buffers.Binary;

namespace Muk.Kernel.Images;

/// <summary>The header and the program headers of an ELF64 file, as the file says them: sizes checked, meaning not yet.</summary>
/// <remarks>Layout: System V ABI, "Object Files" (ELF-64).</remarks>
internal readonly ref struct ElfFile
{
    public const int HeaderBytes = 64;
    public const int ProgramHeaderBytes = 56;
    public const int ProgramHeadersMax = 64;

    private readonly ReadOnlySpan<byte> _all;

    private ElfFile(ReadOnlySpan<byte> all, ulong programHeadersOffset, int count)
    {
        _all = all;
        ProgramHeadersOffset = programHeadersOffset;
        ProgramHeaderCount = count;
    }

    public ushort Type => BinaryPrimitives.ReadUInt16LittleEndian(_all[16..]);

    public ushort Machine => BinaryPrimitives.ReadUInt16LittleEndian(_all[18..]);

    public ulong Entry => BinaryPrimitives.ReadUInt64LittleEndian(_all[24..]);

    public ulong ProgramHeadersOffset { get; }

    public int ProgramHeaderCount { get; }

    public static ElfFile Open(ReadOnlySpan<byte> all, string path)
    {
        ImageChecks.Check(all.Length >= 4 && all[..4].SequenceEqual("\u007fELF"u8), path,
            "it is not an ELF file; build it with ./muk build");
        ImageChecks.Check(all.Length >= HeaderBytes, path, "it is truncated: its ELF header is not all there; build it again");
        ImageChecks.Check(all[4] == 2 && all[5] == 1, path, "it is not a 64-bit little-endian ELF file; build it for x86-64");
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(all[32..]);
        var entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(all[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(all[56..]);
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(all[18..]);
        ImageChecks.Check(machine == 62, path, $"it is for another machine (ELF machine {machine}); build it for x86-64");
        ImageChecks.Check(count is > 0 and <= ProgramHeadersMax, path,
            $"it has {count} program headers, and 1 to {ProgramHeadersMax} can be");
        ImageChecks.Check(entryBytes == ProgramHeaderBytes, path,
            $"its program headers have {entryBytes} bytes each and not {ProgramHeaderBytes}");
        ImageChecks.Check(
            ImageChecks.Inside(offset, (ulong)count * ProgramHeaderBytes, (ulong)all.Length),
            path,
            "it is truncated: its program headers are not all there; build it again");
        return new ElfFile(all, offset, count);
    }

    public ElfSegment Segment(int index)
    {
        var at = _all.Slice((int)ProgramHeadersOffset + (index * ProgramHeaderBytes), ProgramHeaderBytes);
        return new ElfSegment(
            (ElfSegmentType)BinaryPrimitives.ReadUInt32LittleEndian(at),
            BinaryPrimitives.ReadUInt32LittleEndian(at[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(at[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(at[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(at[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(at[40..]));
    }
}

/// <summary>Kinds of program header that matter here.</summary>
internal enum ElfSegmentType : uint
{
    Load = 1,
    Dynamic = 2,
    Interpreter = 3,
    Note = 4,
    ThreadLocal = 7,
    Relro = 0x6474e552,
}

/// <summary>A program header; nothing in it has been checked.</summary>
internal readonly record struct ElfSegment(
    ElfSegmentType Type, uint Flags, ulong Offset, ulong Address, ulong FileBytes, ulong MemoryBytes);
