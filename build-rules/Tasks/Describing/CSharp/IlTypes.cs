using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>A type as a signature in IL has it.</summary>
internal abstract record IlType
{
    /// <summary>One of the runtime's own: <c>int</c>, <c>double</c>, <c>string</c>.</summary>
    internal sealed record Primitive(PrimitiveTypeCode Code) : IlType;

    /// <summary>A type of the program itself; generic arguments where it has any.</summary>
    internal sealed record Defined(TypeDefinitionHandle Handle, ImmutableArray<IlType> Arguments) : IlType;

    /// <summary>A type of another assembly, by its full name.</summary>
    internal sealed record Foreign(string Name) : IlType;

    /// <summary>A type parameter; <paramref name="OfMethod"/> says whose.</summary>
    internal sealed record Parameter(int Index, bool OfMethod) : IlType;

    /// <summary>Anything that is or holds an address: what it is called.</summary>
    internal sealed record Address(string What) : IlType;
}

/// <summary>Decodes signatures into <see cref="IlType"/>.</summary>
internal sealed class IlTypes : ISignatureTypeProvider<IlType, object?>
{
    public static IlTypes Provider { get; } = new();

    public IlType GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode switch
    {
        PrimitiveTypeCode.String => new IlType.Address("a string"),
        PrimitiveTypeCode.Object => new IlType.Address("an object"),
        PrimitiveTypeCode.IntPtr or PrimitiveTypeCode.UIntPtr => new IlType.Address("a native-sized integer, which holds addresses"),
        _ => new IlType.Primitive(typeCode),
    };

    public IlType GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        new IlType.Defined(handle, []);

    public IlType GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return new IlType.Foreign(type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}");
    }

    public IlType GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public IlType GetGenericInstantiation(IlType genericType, ImmutableArray<IlType> typeArguments) =>
        genericType is IlType.Defined defined ? defined with { Arguments = typeArguments } : genericType;

    public IlType GetGenericMethodParameter(object? context, int index) => new IlType.Parameter(index, OfMethod: true);

    public IlType GetGenericTypeParameter(object? context, int index) => new IlType.Parameter(index, OfMethod: false);

    public IlType GetArrayType(IlType elementType, ArrayShape shape) => new IlType.Address("an array");

    public IlType GetSZArrayType(IlType elementType) => new IlType.Address("an array");

    public IlType GetByReferenceType(IlType elementType) => new IlType.Address("a reference");

    public IlType GetFunctionPointerType(MethodSignature<IlType> signature) => new IlType.Address("a function pointer");

    public IlType GetPointerType(IlType elementType) => new IlType.Address("a pointer");

    public IlType GetModifiedType(IlType modifier, IlType unmodifiedType, bool isRequired) => unmodifiedType;

    public IlType GetPinnedType(IlType elementType) => elementType;
}
