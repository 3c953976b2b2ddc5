namespace Muk.Abi;

/// <summary>Twin of <c>enum muk_language</c>.</summary>
public enum SourceLanguage : uint
{
    C = 1,
    CSharp = 2,
}

/// <summary>Twin of <c>enum muk_type_kind</c>.</summary>
public enum MessageTypeKind : uint
{
    Struct = 1,
    Signed = 2,
    Unsigned = 3,
    Float = 4,
    Bool = 5,
    Char = 6,
    Enum = 7,
    Array = 8,
}

/// <summary>Twin of <c>enum muk_port_kind</c>.</summary>
public enum PortKind : uint
{
    /// <summary>A byte stream, as a pipe carries it.</summary>
    Bytes = 1,

    /// <summary>Messages of one type and size.</summary>
    Fixed = 2,

    /// <summary>Messages of bytes with a length each.</summary>
    Records = 3,
}

/// <summary>What an image says of itself: the content of its <c>.note.muk</c>.</summary>
/// <remarks>Types refer to one another by index, as in the note; <see cref="Port.Type"/> and the like are indices into
/// <see cref="Types"/>, -1 for none. The model is immutable and has no behaviour beyond look-ups.</remarks>
public sealed record Manifest
{
    /// <summary>ABI version the image was built for.</summary>
    public uint Abi { get; init; } = GuestLayout.AbiVersion;

    /// <summary>SHA-256 over what the image was built from; 32 bytes.</summary>
    public required byte[] BuildHash { get; init; }

    /// <summary>The image's name, as pipelines call it.</summary>
    public required string Name { get; init; }

    /// <summary>The doc comment of <c>main</c> or of the file, "" for none.</summary>
    public string Doc { get; init; } = "";

    public SourceLanguage Language { get; init; } = SourceLanguage.C;

    /// <summary>The x86-64 level (psABI, "Micro-Architecture Levels") whose instructions the image uses, 1 to 4; 0: not known.</summary>
    public uint InstructionLevel { get; init; }

    /// <summary>Default memory limit in bytes, 0 for the kernel's default.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>Stack limit in bytes, 0 for the kernel's default.</summary>
    public ulong StackBytes { get; init; }

    public required IReadOnlyList<Port> Ports { get; init; }

    public IReadOnlyList<MessageType> Types { get; init; } = [];

    /// <summary>A declared port. <paramref name="Copies"/>: an output whose messages are never read back from the ring, so that its
    /// reader may write there; false where they are built in place, or nobody knows.</summary>
    public sealed record Port(
        string Name,
        PortDirection Direction,
        PortKind Kind,
        int Type,
        uint MessageBytes,
        uint MessageAlign = 8,
        ulong CapacityBytes = 0,
        string Doc = "",
        bool Copies = false);

    /// <summary>A type that a message is made of. <paramref name="Name"/> is as the source spells it.</summary>
    public sealed record MessageType(
        string Name,
        MessageTypeKind Kind,
        uint Bytes,
        uint Align,
        int Element = -1,
        uint Count = 0,
        IReadOnlyList<Field>? Fields = null,
        IReadOnlyList<Enumerator>? Enumerators = null,
        string Doc = "");

    /// <summary>A field of a struct; <paramref name="Offset"/> in bytes.</summary>
    public sealed record Field(string Name, int Type, uint Offset, string Doc = "");

    /// <summary>A named value of an enum.</summary>
    public sealed record Enumerator(string Name, long Value);
}
