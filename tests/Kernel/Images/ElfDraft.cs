using System.Buffers.Binary;
using Muk.Abi;

namespace Muk.Tests.Kernel.Images;

/// <summary>A small image file in the making, right unless a test makes it wrong.</summary>
internal sealed class ElfDraft
{
    private const int NotesAt = 0x400;
    private const int DynamicAt = 0x2000;

    public ulong Entry { get; set; } = 0x1000;

    public Header Text { get; set; } = new(1, 5, 0x1000, 0x1000, 0x100, 0x100);

    public Header Data { get; set; } = new(1, 6, 0x2000, 0x2000, 0x100, 0x3000);

    public byte[] Notes { get; set; } =
        ManifestCodec.WrapNote(ManifestCodec.Write(new Manifest { Name = "draft", BuildHash = new byte[32], Ports = [] }));

    public ulong[] Dynamic { get; set; } = [0, 0];

    public List<Header> Extra { get; } = [];

    public byte[] Build()
    {
        var bytes = new byte[0x2100];
        List<Header> headers =
        [
            new(1, 4, 0, 0, 0x1000, 0x1000), Text, Data, new(4, 4, NotesAt, NotesAt, (ulong)Notes.Length, (ulong)Notes.Length),
            new(2, 6, DynamicAt, DynamicAt, (ulong)Dynamic.Length * 8, (ulong)Dynamic.Length * 8), .. Extra,
        ];
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(16), 3);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), 62);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), Entry);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(54), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(56), (ushort)headers.Count);
        for (var i = 0; i < headers.Count; i++)
        {
            headers[i].Write(bytes.AsSpan(64 + (56 * i)));
        }

        Notes.CopyTo(bytes.AsSpan(NotesAt));
        for (var i = 0; i < Dynamic.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(DynamicAt + (8 * i)), Dynamic[i]);
        }

        return bytes;
    }

    internal readonly record struct Header(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileBytes, ulong MemoryBytes)
    {
        public void Write(Span<byte> at)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, Type);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(at[16..], Address);
            BinaryPrimitives.WriteUInt64LittleEndian(at[32..], FileBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(at[40..], MemoryBytes);
        }
    }
}
