using System.Buffers.Binary;
using System.Text;
using Muk.Abi;

namespace Muk.Build.Tasks.Images;

/// <summary>What the forms of <c>muk.h</c> that build messages in place leave in a linked file: the ports' names, in a section that
/// is not loaded. A port that they do not name only copies, and its manifest may say so.</summary>
public static class InPlaceMarks
{
    private const string Any = "*";
    private const int SectionHeaderBytes = 64;

    private static ReadOnlySpan<byte> SectionName => ".muk.in_place\0"u8;

    /// <summary>The manifest with <see cref="Manifest.Port.Copies"/> of each output that builds nothing in place.</summary>
    /// <param name="manifest">The image's.</param>
    /// <param name="marks">From <see cref="Read"/>; null says nothing, and nothing is said then.</param>
    public static Manifest Apply(Manifest manifest, IReadOnlySet<string>? marks) => marks is null ? manifest : manifest with
    {
        Ports =
        [
            .. manifest.Ports.Select(p => p.Direction == PortDirection.Out && !marks.Contains(Any) && !marks.Contains(p.Name)
                ? p with { Copies = true }
                : p),
        ],
    };

    /// <summary>The names in a linked ELF file; null where it has no table of sections that could tell.</summary>
    public static IReadOnlySet<string>? Read(ReadOnlySpan<byte> file)
    {
        var table = BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        if (count == 0 || names >= count || table > (ulong)file.Length
            || (ulong)count * SectionHeaderBytes > (ulong)file.Length - table)
        {
            return null;
        }

        var sections = file.Slice((int)table, count * SectionHeaderBytes);
        var strings = Content(file, sections[(names * SectionHeaderBytes)..]);
        var found = new HashSet<string>();
        for (var i = 1; i < count; i++)
        {
            var header = sections[(i * SectionHeaderBytes)..];
            var name = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (name < strings.Length && strings[(int)name..].StartsWith(SectionName))
            {
                found.UnionWith(Encoding.UTF8.GetString(Content(file, header)).Split('\0', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return found;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file, ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        var bytes = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        return offset <= (ulong)file.Length && bytes <= (ulong)file.Length - offset ? file.Slice((int)offset, (int)bytes) : [];
    }
}
