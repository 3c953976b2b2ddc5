using System.Reflection;
using System.Reflection.Metadata;
using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>Describes C# types as messages, with the layout that the runtime gives unmanaged structs, which is C's: fields in order,
/// each aligned to its size or the struct's <c>Pack</c>. Refuses what cannot cross a ring.</summary>
/// <remarks>One per program. A type comes after those it is made of, and each only once.</remarks>
internal sealed class MessageStructs(MetadataReader metadata, SourceTexts sources, DocFile docs)
{
    private const string InlineArray = "System.Runtime.CompilerServices.InlineArrayAttribute";
    private const string FixedBuffer = "System.Runtime.CompilerServices.FixedBufferAttribute";

    private readonly List<Manifest.MessageType> _types = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly List<Diagnostic> _problems = [];
    private readonly HashSet<TypeDefinitionHandle> _open = [];

    public IReadOnlyList<Manifest.MessageType> Types => _types;

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Index of the described type, or -1 where it has been refused.</summary>
    /// <param name="type">The type.</param>
    /// <param name="what">What has it, for messages: "field 'x'".</param>
    /// <param name="place">Where that stands.</param>
    public int Describe(IlType type, string what, SourcePlace place) => type switch
    {
        IlType.Primitive primitive => Number(primitive.Code, what, place),
        IlType.Defined defined => Defined(defined, what, place),
        IlType.Address address => Refuse(Codes.ReferenceInMessage, place,
            $"{what} is {address.What}: an address means nothing to who receives it; put the bytes themselves into the message"),
        IlType.Parameter => Refuse(Codes.OpenMessageType, place,
            $"{what} is a type parameter: the build has to know a message's type where its port is made; name the type there"),
        IlType.Foreign foreign => Refuse(Codes.UnsupportedInMessage, place,
            $"{what} has type {foreign.Name} of another assembly, which has no description for a peer to read; use numbers or a struct "
            + "of the program's own"),
        _ => Refuse(Codes.UnsupportedInMessage, place, $"{what} has no description for a peer to read"),
    };

    private int Number(PrimitiveTypeCode code, string what, SourcePlace place) => code switch
    {
        PrimitiveTypeCode.Boolean => Scalar("bool", MessageTypeKind.Bool, 1),
        PrimitiveTypeCode.Char => Scalar("char", MessageTypeKind.Unsigned, 2),
        PrimitiveTypeCode.SByte => Scalar("sbyte", MessageTypeKind.Signed, 1),
        PrimitiveTypeCode.Byte => Scalar("byte", MessageTypeKind.Unsigned, 1),
        PrimitiveTypeCode.Int16 => Scalar("short", MessageTypeKind.Signed, 2),
        PrimitiveTypeCode.UInt16 => Scalar("ushort", MessageTypeKind.Unsigned, 2),
        PrimitiveTypeCode.Int32 => Scalar("int", MessageTypeKind.Signed, 4),
        PrimitiveTypeCode.UInt32 => Scalar("uint", MessageTypeKind.Unsigned, 4),
        PrimitiveTypeCode.Int64 => Scalar("long", MessageTypeKind.Signed, 8),
        PrimitiveTypeCode.UInt64 => Scalar("ulong", MessageTypeKind.Unsigned, 8),
        PrimitiveTypeCode.Single => Scalar("float", MessageTypeKind.Float, 4),
        PrimitiveTypeCode.Double => Scalar("double", MessageTypeKind.Float, 8),
        _ => Refuse(Codes.UnsupportedInMessage, place, $"{what} has a type that has no description for a peer to read"),
    };

    private int Scalar(string name, MessageTypeKind kind, uint bytes) => Add(name, new(name, kind, bytes, bytes));

    private int Defined(IlType.Defined type, string what, SourcePlace place)
    {
        var definition = metadata.GetTypeDefinition(type.Handle);
        var name = Name(type);
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (Base(definition) == "System.Enum")
        {
            return Enum(name, definition);
        }

        if (Base(definition) != "System.ValueType")
        {
            return Refuse(Codes.ReferenceInMessage, place, $"{what} is of class {name}: an object stays where it is; use a struct");
        }

        // A struct within itself is refused by the compiler; whoever made this assembly otherwise is not followed.
        if (!_open.Add(type.Handle))
        {
            return -1;
        }

        var described = Struct(type, name, definition, what, place);
        _open.Remove(type.Handle);
        return described;
    }

    private int Enum(string name, TypeDefinition definition)
    {
        var values = new List<Manifest.Enumerator>();
        var element = -1;
        foreach (var field in definition.GetFields().Select(metadata.GetFieldDefinition))
        {
            if (!field.Attributes.HasFlag(FieldAttributes.Static))
            {
                element = Describe(field.DecodeSignature(IlTypes.Provider, null), name, default);
                continue;
            }

            var constant = metadata.GetConstant(field.GetDefaultValue());
            var value = metadata.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
            values.Add(new(metadata.GetString(field.Name), value is ulong large ? unchecked((long)large)
                : Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)));
        }

        if (element < 0)
        {
            return -1;
        }

        var (bytes, align) = (_types[element].Bytes, _types[element].Align);
        return Add(name, new(name, MessageTypeKind.Enum, bytes, align, element, Enumerators: values, Doc: docs.OfType(name)));
    }

    private int Struct(IlType.Defined type, string name, TypeDefinition definition, string what, SourcePlace place)
    {
        var kind = definition.Attributes & TypeAttributes.LayoutMask;
        if (kind == TypeAttributes.AutoLayout)
        {
            return Refuse(Codes.AutoLayout, sources.OfType(name, place),
                $"{what} has type {name}, whose layout is Auto: a peer cannot know where the runtime puts its fields; "
                + "take LayoutKind.Auto away");
        }

        FieldDefinitionHandle[] fields =
            [.. definition.GetFields().Where(f => !metadata.GetFieldDefinition(f).Attributes.HasFlag(FieldAttributes.Static))];
        var layout = definition.GetLayout();
        if (Attribute(definition.GetCustomAttributes(), InlineArray) is { } inline && fields.Length == 1)
        {
            return Array(name, Of(fields[0], type), Convert.ToUInt32(inline.FixedArguments[0].Value), what, place);
        }

        var pack = layout.PackingSize == 0 ? uint.MaxValue : (uint)layout.PackingSize;
        var described = new List<Manifest.Field>();
        uint end = 0, align = 1;
        var whole = true;
        foreach (var handle in fields)
        {
            var field = metadata.GetFieldDefinition(handle);
            var fieldName = ShownName(metadata.GetString(field.Name));
            var at = sources.OfField(name, fieldName, place);
            var index = FieldType(handle, type, fieldName, at);
            if (index < 0)
            {
                whole = false;
                continue;
            }

            var fieldAlign = Math.Min(_types[index].Align, pack);
            var isPlaced = kind == TypeAttributes.ExplicitLayout;
            var offset = isPlaced ? (uint)Math.Max(0, field.GetOffset()) : (end + fieldAlign - 1) / fieldAlign * fieldAlign;
            var after = offset + _types[index].Bytes;
            if (isPlaced && described.Any(d => offset < d.Offset + _types[d.Type].Bytes && d.Offset < after))
            {
                Refuse(Codes.UnsupportedInMessage, at,
                    $"field '{fieldName}' overlaps another: who receives it cannot know which is meant; use a struct with a tag");
                whole = false;
            }

            described.Add(new(fieldName, index, offset, docs.OfField(name, fieldName)));
            end = Math.Max(end, after);
            align = Math.Max(align, fieldAlign);
        }

        if (!whole)
        {
            return -1;
        }

        if (described.Count == 0)
        {
            return Refuse(Codes.UnsupportedInMessage, place, $"{what} has type {name}, which has no fields");
        }

        var bytes = Math.Max((end + align - 1) / align * align, (uint)layout.Size);
        return Add(name, new(
            name, MessageTypeKind.Struct, bytes, align, Fields: [.. described.OrderBy(f => f.Offset)], Doc: docs.OfType(name)));
    }

    private int FieldType(FieldDefinitionHandle handle, IlType.Defined owner, string name, SourcePlace place)
    {
        var field = metadata.GetFieldDefinition(handle);
        var what = $"field '{name}'";
        if (Attribute(field.GetCustomAttributes(), FixedBuffer) is not { } buffer)
        {
            return Describe(Of(handle, owner), what, place);
        }

        // fixed int x[16]: the attribute has the element's type and the count, the field a struct made for it.
        var element = ((string?)buffer.FixedArguments[0].Value)?.Split(',')[0] ?? "";
        return System.Enum.TryParse<PrimitiveTypeCode>(element["System.".Length..], out var code)
            ? Array("", new IlType.Primitive(code), Convert.ToUInt32(buffer.FixedArguments[1].Value), what, place)
            : Refuse(Codes.UnsupportedInMessage, place, $"{what} is a buffer of {element}, which has no description for a peer to read");
    }

    private int Array(string name, IlType elementType, uint count, string what, SourcePlace place)
    {
        var element = Describe(elementType, what, place);
        if (element < 0)
        {
            return -1;
        }

        var of = _types[element];
        name = name.Length > 0 ? name : $"{of.Name}[{count}]";
        return Add(name, new(name, MessageTypeKind.Array, of.Bytes * count, of.Align, element, count));
    }

    // A field's type, with the arguments of a generic struct put in.
    private IlType Of(FieldDefinitionHandle handle, IlType.Defined owner)
    {
        var type = metadata.GetFieldDefinition(handle).DecodeSignature(IlTypes.Provider, null);
        return Closed(type, owner);
    }

    private static IlType Closed(IlType type, IlType.Defined owner) => type switch
    {
        IlType.Parameter { OfMethod: false } p when p.Index < owner.Arguments.Length => owner.Arguments[p.Index],
        IlType.Defined { Arguments.Length: > 0 } d => d with { Arguments = [.. d.Arguments.Select(a => Closed(a, owner))] },
        _ => type,
    };

    private CustomAttributeValue<string>? Attribute(CustomAttributeHandleCollection attributes, string name)
    {
        foreach (var attribute in attributes.Select(metadata.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && ForeignName(metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent) == name)
            {
                return attribute.DecodeValue(AttributeTypes.Provider);
            }
        }

        return null;
    }

    private string Base(TypeDefinition definition) => definition.BaseType.IsNil ? "" : ForeignName(definition.BaseType);

    private string ForeignName(EntityHandle type) => type.Kind == HandleKind.TypeReference
        && IlTypes.Provider.GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0) is IlType.Foreign foreign ? foreign.Name : "";

    private string Name(IlType type) => type switch
    {
        IlType.Defined { Arguments.Length: > 0 } d =>
            $"{TypeNames.Of(metadata, d.Handle)}<{string.Join(", ", d.Arguments.Select(Name))}>",
        IlType.Defined d => TypeNames.Of(metadata, d.Handle),
        IlType.Primitive p => p.Code.ToString(),
        IlType.Foreign f => f.Name,
        _ => "?",
    };

    // The field behind a property or a primary constructor's parameter is named after it: <Value>k__BackingField.
    private static string ShownName(string name) =>
        name[0] == '<' && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? name[1..end] : name;

    private int Add(string name, Manifest.MessageType type)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        _types.Add(type);
        return _known[name] = _types.Count - 1;
    }

    private int Refuse(string code, SourcePlace place, string message)
    {
        _problems.Add(Diagnostic.Error(code, place.File, place.Line, place.Column, message));
        return -1;
    }
}
