using System.Buffers.Binary;
using System.Text;

namespace Muk.Abi;

/// <summary>One use: turns a manifest into its descriptor.</summary>
internal sealed class ManifestWriter(Manifest manifest)
{
    private readonly Dictionary<string, uint> _offsets = [];

    public byte[] ToArray()
    {
        List<byte> strings = [0];
        uint Text(string value)
        {
            if (value.Length == 0)
            {
                return 0;
            }

            if (!_offsets.TryGetValue(value, out var offset))
            {
                offset = (uint)strings.Count;
                strings.AddRange(Encoding.UTF8.GetBytes(value));
                strings.Add(0);
                _offsets.Add(value, offset);
            }

            return offset;
        }

        var body = new List<byte>();
        void U32(uint value) => Append(body, value);
        static uint Index(int value) => value < 0 ? ManifestCodec.None : (uint)value;

        foreach (var port in manifest.Ports)
        {
            U32(Text(port.Name));
            U32((uint)port.Direction);
            U32((uint)port.Kind);
            U32(Index(port.Type));
            U32(port.MessageBytes);
            U32(port.MessageAlign);
            Append64(body, port.CapacityBytes);
            U32(Text(port.Doc));
            U32(port.Copies ? ManifestCodec.PortCopies : 0);
        }

        uint fields = 0;
        uint enumerators = 0;
        foreach (var type in manifest.Types)
        {
            var members = (uint)(type.Kind == MessageTypeKind.Enum ? type.Enumerators?.Count ?? 0 : type.Fields?.Count ?? 0);
            U32(Text(type.Name));
            U32((uint)type.Kind);
            U32(type.Bytes);
            U32(type.Align);
            U32(Index(type.Element));
            U32(type.Count);
            U32(type.Kind == MessageTypeKind.Enum ? enumerators : fields);
            U32(members);
            U32(Text(type.Doc));
            U32(0);
            if (type.Kind == MessageTypeKind.Enum)
            {
                enumerators += members;
            }
            else
            {
                fields += members;
            }
        }

        foreach (var field in manifest.Types.Where(t => t.Kind != MessageTypeKind.Enum).SelectMany(t => t.Fields ?? []))
        {
            U32(Text(field.Name));
            U32(Index(field.Type));
            U32(field.Offset);
            U32(Text(field.Doc));
        }

        foreach (var enumerator in manifest.Types.Where(t => t.Kind == MessageTypeKind.Enum).SelectMany(t => t.Enumerators ?? []))
        {
            U32(Text(enumerator.Name));
            U32(0);
            Append64(body, (ulong)enumerator.Value);
        }

        var name = Text(manifest.Name);
        var doc = Text(manifest.Doc);
        var header = new List<byte>(ManifestCodec.HeaderBytes);
        Append(header, manifest.Abi);
        Append(header, (uint)(ManifestCodec.HeaderBytes + body.Count + strings.Count));
        header.AddRange(manifest.BuildHash.AsSpan(0, 32));
        Append64(header, manifest.MemoryBytes);
        Append64(header, manifest.StackBytes);
        Append(header, (uint)manifest.Language);
        Append(header, manifest.InstructionLevel & ManifestCodec.LevelMask);
        Append(header, name);
        Append(header, doc);
        Append(header, (uint)manifest.Ports.Count);
        Append(header, (uint)manifest.Types.Count);
        Append(header, fields);
        Append(header, enumerators);
        Append(header, (uint)strings.Count);
        Append(header, 0);
        return [.. header, .. body, .. strings];
    }

    private static void Append(List<byte> to, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        to.AddRange(bytes);
    }

    private static void Append64(List<byte> to, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        to.AddRange(bytes);
    }
}
