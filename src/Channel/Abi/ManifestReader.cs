using System.Buffers.Binary;
using System.Text;

namespace Muk.Abi;

/// <summary>One use: checks a descriptor and turns it into a manifest.</summary>
internal ref struct ManifestReader(ReadOnlySpan<byte> descriptor)
{
    private readonly ReadOnlySpan<byte> _all = descriptor;
    private ReadOnlySpan<byte> _strings;

    public Manifest Read()
    {
        Check(_all.Length >= 8, "it ends before its header does");
        var abi = U32(_all, 0);
        Check(abi == GuestLayout.AbiVersion,
            $"it was built for ABI version {abi}, and this muk runs version {GuestLayout.AbiVersion}: build it again");
        Check(_all.Length >= ManifestCodec.HeaderBytes, "it ends before its header does");
        Check(U32(_all, 4) == _all.Length, $"it says it has {U32(_all, 4)} bytes and has {_all.Length}");
        uint ports = U32(_all, 72), types = U32(_all, 76), fields = U32(_all, 80), enumerators = U32(_all, 84), strings = U32(_all, 88);
        Check(ports <= GuestLayout.PortsMax, $"it declares {ports} ports, and at most {GuestLayout.PortsMax} can be");
        var portsAt = (ulong)ManifestCodec.HeaderBytes;
        var typesAt = portsAt + ((ulong)ports * ManifestCodec.PortBytes);
        var fieldsAt = typesAt + ((ulong)types * ManifestCodec.TypeBytes);
        var enumeratorsAt = fieldsAt + ((ulong)fields * ManifestCodec.FieldBytes);
        var stringsAt = enumeratorsAt + ((ulong)enumerators * ManifestCodec.EnumeratorBytes);
        Check(stringsAt + strings == (ulong)_all.Length, "its tables do not add up to its size");
        Check(strings >= 1 && _all[^1] == 0, "its strings do not end");
        _strings = _all[(int)stringsAt..];
        var flags = U32(_all, 60);
        Check(flags <= ManifestCodec.LevelMax, $"it has flags (0x{flags:x}) that this muk does not know");

        var fieldTable = new Manifest.Field[fields];
        for (var i = 0; i < fields; i++)
        {
            var at = _all[((int)fieldsAt + (i * ManifestCodec.FieldBytes))..];
            fieldTable[i] = new(Text(U32(at, 0)), Index(U32(at, 4), types), U32(at, 8), Text(U32(at, 12)));
        }

        var enumeratorTable = new Manifest.Enumerator[enumerators];
        for (var i = 0; i < enumerators; i++)
        {
            var at = _all[((int)enumeratorsAt + (i * ManifestCodec.EnumeratorBytes))..];
            enumeratorTable[i] = new(Text(U32(at, 0)), (long)U64(at, 8));
        }

        var typeTable = new Manifest.MessageType[types];
        for (var i = 0; i < types; i++)
        {
            typeTable[i] = Type(_all[((int)typesAt + (i * ManifestCodec.TypeBytes))..], i, types, fieldTable, enumeratorTable);
        }

        var portTable = new Manifest.Port[ports];
        for (var i = 0; i < ports; i++)
        {
            portTable[i] = Port(_all[((int)portsAt + (i * ManifestCodec.PortBytes))..], typeTable);
        }

        Check(portTable.Select(p => p.Name).Distinct().Count() == portTable.Length, "it declares a port twice");
        return new Manifest
        {
            Abi = abi,
            BuildHash = _all.Slice(8, 32).ToArray(),
            MemoryBytes = U64(_all, 40),
            StackBytes = U64(_all, 48),
            Language = Defined((SourceLanguage)U32(_all, 56)),
            InstructionLevel = flags & ManifestCodec.LevelMask,
            Name = Text(U32(_all, 64)),
            Doc = Text(U32(_all, 68)),
            Ports = portTable,
            Types = typeTable,
        };
    }

    private readonly Manifest.MessageType Type(
        ReadOnlySpan<byte> at, int index, uint types, Manifest.Field[] fields, Manifest.Enumerator[] enumerators)
    {
        var kind = Defined((MessageTypeKind)U32(at, 4));
        uint bytes = U32(at, 8), first = U32(at, 24), members = U32(at, 28);
        var element = Index(U32(at, 16), types);
        // A type is made of types before it, so no description can contain itself.
        Check(element < index, "a type is made of a later one");
        if (kind == MessageTypeKind.Enum)
        {
            Check((ulong)first + members <= (ulong)enumerators.Length, "an enum's values lie outside the table");
            return new(Text(U32(at, 0)), kind, bytes, U32(at, 12), element,
                Enumerators: enumerators[(int)first..(int)(first + members)], Doc: Text(U32(at, 32)));
        }

        Check((ulong)first + members <= (ulong)fields.Length, "a struct's fields lie outside the table");
        var own = members == 0 ? [] : fields[(int)first..(int)(first + members)];
        foreach (var field in own)
        {
            Check(field.Type >= 0 && field.Type < index, "a type is made of a later one");
            Check(field.Offset <= bytes, "a field lies outside its struct");
        }

        return new(Text(U32(at, 0)), kind, bytes, U32(at, 12), element, U32(at, 20), own, Doc: Text(U32(at, 32)));
    }

    private readonly Manifest.Port Port(ReadOnlySpan<byte> at, Manifest.MessageType[] types)
    {
        var name = Text(U32(at, 0));
        Check(name.Length > 0 && Encoding.UTF8.GetByteCount(name) < GuestLayout.NameBytes, "a port's name is empty or too long");
        var kind = Defined((PortKind)U32(at, 8));
        var type = Index(U32(at, 12), (uint)types.Length);
        var bytes = U32(at, 16);
        var align = U32(at, 20);
        Check(kind != PortKind.Fixed || (type >= 0 && types[type].Bytes == bytes && bytes > 0), $"port '{name}' has no type of its size");
        Check(align is 1 or 2 or 4 or 8 or 16 or 32 or 64, $"port '{name}' has alignment {align}");
        Check(bytes <= RingLayout.DataBytesMax / 4, $"port '{name}' has messages of {bytes} bytes");
        var flags = U32(at, 36);
        Check((flags & ~ManifestCodec.PortCopies) == 0, $"port '{name}' has flags (0x{flags:x}) that this muk does not know");
        return new(name, Defined((PortDirection)U32(at, 4)), kind, type, bytes, align, U64(at, 24), Text(U32(at, 32)),
            (flags & ManifestCodec.PortCopies) != 0);
    }

    private readonly string Text(uint offset)
    {
        Check(offset < _strings.Length, "a name lies outside its strings");
        var rest = _strings[(int)offset..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private static int Index(uint value, uint count)
    {
        Check(value == ManifestCodec.None || value < count, "an index lies outside its table");
        return value == ManifestCodec.None ? -1 : (int)value;
    }

    private static T Defined<T>(T value)
        where T : struct, Enum
    {
        Check(Enum.IsDefined(value), $"{value} is no {typeof(T).Name}");
        return value;
    }

    private static uint U32(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(at[offset..]);

    private static ulong U64(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(at[offset..]);

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new ManifestFormatException($"the manifest is malformed: {what}");
        }
    }
}
