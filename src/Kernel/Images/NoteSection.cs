using System.Buffers.Binary;
using Muk.Abi;

namespace Muk.Kernel.Images;

/// <summary>Finds the manifest among the notes of a PT_NOTE segment.</summary>
internal static class NoteSection
{
    private const uint ManifestType = 1;
    private const int HeaderBytes = 12;

    /// <returns>The manifest, or null where these notes have none.</returns>
    public static Manifest? FindManifest(ReadOnlySpan<byte> notes, string path)
    {
        Manifest? found = null;
        while (notes.Length >= HeaderBytes)
        {
            var nameBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            var contentBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var nameAt = (ulong)HeaderBytes;
            var contentAt = nameAt + Pad(nameBytes);
            ImageChecks.Check(
                ImageChecks.Inside(nameAt, nameBytes, (ulong)notes.Length)
                && ImageChecks.Inside(contentAt, contentBytes, (ulong)notes.Length),
                path,
                "one of its notes ends outside its segment; build it again");
            if (type == ManifestType && notes.Slice(HeaderBytes, (int)nameBytes).SequenceEqual("Muk\0"u8))
            {
                ImageChecks.Check(found is null, path, "it has two manifests (.note.muk); build it with ./muk build");
                ImageChecks.Check(
                    contentBytes <= ManifestCodec.DescriptorBytesMax, path,
                        $"its manifest has more than {ManifestCodec.DescriptorBytesMax} bytes");
                found = Decode(notes.Slice((int)contentAt, (int)contentBytes), path);
            }

            var next = contentAt + Pad(contentBytes);
            notes = next >= (ulong)notes.Length ? default : notes[(int)next..];
        }

        return found;
    }

    private static Manifest Decode(ReadOnlySpan<byte> descriptor, string path)
    {
        try
        {
            return ManifestCodec.Read(descriptor);
        }
        catch (ManifestFormatException problem)
        {
            throw ImageChecks.Refuse(path, problem.Message);
        }
    }

    private static ulong Pad(uint bytes) => ((ulong)bytes + 3) & ~3UL;
}
