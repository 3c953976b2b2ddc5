using System.Buffers.Binary;
using System.Text;

namespace Muk.Abi;

/// <summary>Reads and writes the descriptor of the <c>.note.muk</c> ELF note (see <c>struct muk_manifest</c>).</summary>
/// <remarks>The bytes may come from a hostile file: every count, index and offset is checked, and a bad one is a
/// <see cref="ManifestFormatException"/>.</remarks>
public static class ManifestCodec
{
    internal const int HeaderBytes = 96;
    internal const int PortBytes = 40;
    internal const int TypeBytes = 40;
    internal const int FieldBytes = 16;
    internal const int EnumeratorBytes = 16;

    /// <summary>Bits of the flags that say <see cref="Manifest.InstructionLevel"/>.</summary>
    public const uint LevelMask = 7;

    /// <summary>Twin of <c>MUK_PORT_COPIES</c>, of a port's flags: <see cref="Manifest.Port.Copies"/>.</summary>
    public const uint PortCopies = 1;

    /// <summary>The highest level there is.</summary>
    public const uint LevelMax = 4;

    internal const uint None = uint.MaxValue;

    /// <summary>Largest descriptor accepted, in bytes.</summary>
    public const int DescriptorBytesMax = 1 << 20;

    /// <summary>Encodes <paramref name="manifest"/> as the note's descriptor.</summary>
    public static byte[] Write(Manifest manifest) => new ManifestWriter(manifest).ToArray();

    /// <summary>Decodes a note's descriptor.</summary>
    /// <exception cref="ManifestFormatException">It is malformed, or of another ABI version.</exception>
    public static Manifest Read(ReadOnlySpan<byte> descriptor) => new ManifestReader(descriptor).Read();

    /// <summary>Wraps a descriptor as a complete ELF note (header, name, descriptor, padding).</summary>
    public static byte[] WrapNote(ReadOnlySpan<byte> descriptor)
    {
        var padded = (descriptor.Length + 3) & ~3;
        var note = new byte[12 + 4 + padded];
        BinaryPrimitives.WriteUInt32LittleEndian(note, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(4), (uint)descriptor.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(8), 1);
        Encoding.ASCII.GetBytes("Muk\0", note.AsSpan(12));
        descriptor.CopyTo(note.AsSpan(16));
        return note;
    }
}
