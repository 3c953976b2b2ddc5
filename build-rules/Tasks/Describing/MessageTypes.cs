using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Interop;

namespace Muk.Build.Tasks.Describing;

/// <summary>Describes C types as messages: layouts of structs, arrays, enums and numbers; refuses what cannot cross a ring.</summary>
/// <remarks>One per translation unit. A type comes after those it is made of, and each only once.</remarks>
internal sealed class MessageTypes(TranslationUnit unit)
{
    private const int AlignMax = 64;

    private readonly List<Manifest.MessageType> _types = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly List<Diagnostic> _problems = [];

    public IReadOnlyList<Manifest.MessageType> Types => _types;

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Index of the described type, or -1 where it has been refused.</summary>
    /// <param name="type">As the source has it, typedefs and all.</param>
    /// <param name="what">What has the type, for messages: "field 'x'".</param>
    /// <param name="place">Where it is declared.</param>
    public int Describe(CXType type, string what, SourcePlace place)
    {
        var name = Spelling(type);
        var canonical = clang.getCanonicalType(type);
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        var described = canonical.kind switch
        {
            CXTypeKind.CXType_Bool => Number(name, canonical, MessageTypeKind.Bool),
            CXTypeKind.CXType_Char_S or CXTypeKind.CXType_Char_U => Number(name, canonical, MessageTypeKind.Char),
            CXTypeKind.CXType_SChar or CXTypeKind.CXType_Short or CXTypeKind.CXType_Int or CXTypeKind.CXType_Long
                or CXTypeKind.CXType_LongLong or CXTypeKind.CXType_WChar => Number(name, canonical, MessageTypeKind.Signed),
            CXTypeKind.CXType_UChar or CXTypeKind.CXType_UShort or CXTypeKind.CXType_UInt or CXTypeKind.CXType_ULong
                or CXTypeKind.CXType_ULongLong or CXTypeKind.CXType_Char16 or CXTypeKind.CXType_Char32
                => Number(name, canonical, MessageTypeKind.Unsigned),
            CXTypeKind.CXType_Float or CXTypeKind.CXType_Double => Number(name, canonical, MessageTypeKind.Float),
            CXTypeKind.CXType_Enum => Enum(name, canonical, what, place),
            CXTypeKind.CXType_ConstantArray => Array(name, type, canonical, what, place),
            CXTypeKind.CXType_Record => Struct(name, canonical, what, place),
            _ => Refuse(canonical.kind, name, what, place),
        };
        if (described is null)
        {
            return -1;
        }

        _types.Add(described with { Name = ShownName(name) });
        return _known[name] = _types.Count - 1;
    }

    private static Manifest.MessageType Number(string name, CXType type, MessageTypeKind kind) => new(name, kind, Bytes(type), Align(type));

    private Manifest.MessageType? Enum(string name, CXType type, string what, SourcePlace place)
    {
        var declaration = clang.getTypeDeclaration(type);
        var element = Describe(clang.getEnumDeclIntegerType(declaration), what, place);
        Manifest.Enumerator[] values =
        [
            .. clang.Children(declaration)
                .Where(c => c.kind == CXCursorKind.CXCursor_EnumConstantDecl)
                .Select(c => new Manifest.Enumerator(clang.Text(clang.getCursorSpelling(c)), clang.getEnumConstantDeclValue(c))),
        ];
        return element < 0
            ? null
            : new(name, MessageTypeKind.Enum, Bytes(type), Align(type), element, Enumerators: values, Doc: Doc(declaration));
    }

    private Manifest.MessageType? Array(string name, CXType type, CXType canonical, string what, SourcePlace place)
    {
        // The type as written keeps its elements' own name (int32_t, not int), unless a typedef stands for the array.
        var written = clang.getArrayElementType(type);
        var element = Describe(
            written.kind == CXTypeKind.CXType_Invalid ? clang.getArrayElementType(canonical) : written, what, place);
        var count = clang.getArraySize(canonical);
        if (count == 0)
        {
            return Refuse(CXTypeKind.CXType_IncompleteArray, name, what, place);
        }

        return element < 0 ? null : new(name, MessageTypeKind.Array, Bytes(canonical), Align(canonical), element, (uint)count);
    }

    private Manifest.MessageType? Struct(string name, CXType type, string what, SourcePlace place)
    {
        var declaration = clang.getTypeDeclaration(type);
        if (declaration.kind == CXCursorKind.CXCursor_UnionDecl)
        {
            return Problem(Codes.UnsupportedInMessage, place,
                $"{what} is a union: who receives it cannot know which member is meant; use a struct with a tag");
        }

        if (clang.Type_getSizeOf(type) <= 0)
        {
            return Problem(Codes.UnsupportedInMessage, place, $"{what} has type {name}, which has no members here");
        }

        if (Align(type) > AlignMax)
        {
            return Problem(Codes.UnsupportedInMessage, place,
                $"{what} is aligned to {Align(type)} bytes, and a ring aligns to at most {AlignMax}");
        }

        var fields = new List<Manifest.Field>();
        var whole = Fields(declaration, type, fields);
        return whole ? new(name, MessageTypeKind.Struct, Bytes(type), Align(type), Fields: fields, Doc: Doc(declaration)) : null;
    }

    // Members of an anonymous struct are members of the struct around it, as in C.
    private bool Fields(CXCursor declaration, CXType outer, List<Manifest.Field> fields)
    {
        var whole = true;
        foreach (var member in clang.Children(declaration))
        {
            var anonymous = clang.Cursor_isAnonymousRecordDecl(member) != 0;
            if (anonymous && member.kind == CXCursorKind.CXCursor_StructDecl)
            {
                whole &= Fields(member, outer, fields);
            }
            else if (anonymous && member.kind == CXCursorKind.CXCursor_UnionDecl)
            {
                whole &= Describe(clang.getCursorType(member), "an unnamed member", unit.Place(member)) >= 0;
            }
            else if (member.kind == CXCursorKind.CXCursor_FieldDecl)
            {
                whole &= Field(member, outer, fields);
            }
        }

        return whole;
    }

    private bool Field(CXCursor field, CXType outer, List<Manifest.Field> fields)
    {
        var name = clang.Text(clang.getCursorSpelling(field));
        var place = unit.Place(field);
        if (clang.Cursor_isBitField(field) != 0)
        {
            Problem(Codes.BitFieldInMessage, place,
                $"field '{name}' is a bit-field: C leaves to each compiler where its bits are, so a peer could not find them; "
                + "use a whole integer");
            return false;
        }

        var described = Describe(clang.getCursorType(field), $"field '{name}'", place);
        var offset = (uint)(Math.Max(0, clang.Type_getOffsetOf(outer, name)) / 8);
        fields.Add(new(name, described, offset, Doc(field)));
        return described >= 0;
    }

    private Manifest.MessageType? Refuse(CXTypeKind kind, string name, string what, SourcePlace place) => kind switch
    {
        // The compiler says what is wrong with it.
        CXTypeKind.CXType_Invalid => null,
        CXTypeKind.CXType_Pointer => Problem(Codes.PointerInMessage, place,
            $"{what} is a pointer ({name}): an address means nothing to who receives it; put the bytes themselves into the message"),
        CXTypeKind.CXType_IncompleteArray or CXTypeKind.CXType_VariableArray => Problem(Codes.UnsupportedInMessage, place,
            $"{what} is an array without a length: every message of a port has one size; give it a length or use muk_bytes"),
        CXTypeKind.CXType_LongDouble => Problem(Codes.UnsupportedInMessage, place,
            $"{what} is a long double, whose 80 bits no other language here has; use double"),
        _ => Problem(Codes.UnsupportedInMessage, place, $"{what} has type {name}, which has no description for a peer to read"),
    };

    private Manifest.MessageType? Problem(string code, SourcePlace place, string message)
    {
        _problems.Add(Diagnostic.Error(code, place.File, place.Line, place.Column, message));
        return null;
    }

    // libclang names an unnamed type by where it stands, and images hold no path.
    private static string ShownName(string name)
    {
        var unnamed = name.IndexOf(" (unnamed", StringComparison.Ordinal);
        return unnamed < 0 ? name : name[..unnamed];
    }

    private static string Doc(CXCursor cursor) => CommentText.FirstParagraph(clang.Text(clang.Cursor_getRawCommentText(cursor)));

    /// <summary>The type as the source spells it; <c>muk.h</c> wraps a port's in <c>__typeof__</c>, which is taken off.</summary>
    public static string Spelling(CXType type)
    {
        var name = clang.Text(clang.getTypeSpelling(type));
        return name.StartsWith("typeof(", StringComparison.Ordinal) && name.EndsWith(')') ? name[7..^1] : name;
    }

    private static uint Bytes(CXType type) => (uint)clang.Type_getSizeOf(type);

    private static uint Align(CXType type) => (uint)clang.Type_getAlignOf(type);
}
