using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muk.Abi;

namespace Muk.Orchestrator.Images;

/// <summary>A message's layout in a form where typedefs and tags no longer matter: two ports fit when their layouts are equal.</summary>
/// <remarks>What counts: field names, their order, offsets and sizes, the kind of every scalar, lengths of arrays, names and
/// values of enumerators, size and alignment of the whole. What does not: how the source spells a type, and what is a matter of
/// a language's custom (<see cref="LayoutKey"/>).</remarks>
public sealed class MessageLayout : IEquatable<MessageLayout>
{
    /// <summary>Most lines of one layout; a type of more is refused.</summary>
    public const int LinesMax = 4096;

    private readonly IReadOnlyList<string> _keys;

    private MessageLayout(string name, uint bytes, uint align, IReadOnlyList<LayoutLine> lines, IReadOnlyList<string> keys) =>
        (Name, Bytes, Align, Lines, _keys) = (name, bytes, align, lines, keys);

    /// <summary>The type as the source spells it; not part of equality.</summary>
    public string Name { get; }

    public uint Bytes { get; }

    public uint Align { get; }

    /// <summary>The message and everything in it, in order.</summary>
    public IReadOnlyList<LayoutLine> Lines { get; }

    /// <summary>The first eight bytes of SHA-256 over the layout: what a ring's header carries as <c>type_hash</c>. Never 0.</summary>
    public ulong Hash
    {
        get
        {
            var text = new StringBuilder().Append(Bytes).Append('/').Append(Align).Append('\n');
            text.AppendJoin('\n', _keys);
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
            return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(hash));
        }
    }

    /// <summary>The layout of type <paramref name="type"/> of <paramref name="manifest"/>.</summary>
    /// <returns>Null where it has more than <see cref="LinesMax"/> lines.</returns>
    public static MessageLayout? Of(Manifest manifest, int type)
    {
        var lines = new List<LayoutLine>();
        var whole = manifest.Types[type];
        var keys = new List<string>();
        return TryAdd(lines, keys, manifest, type, depth: 0, offset: 0, name: "")
            ? new MessageLayout(whole.Name, whole.Bytes, whole.Align, lines, keys)
            : null;
    }

    public bool Equals(MessageLayout? other) =>
        other is not null && Bytes == other.Bytes && Align == other.Align && _keys.SequenceEqual(other._keys);

    /// <summary>Whether line <paramref name="index"/> means the same in both.</summary>
    public bool HasSameLine(MessageLayout other, int index) =>
        index < _keys.Count && index < other._keys.Count && _keys[index] == other._keys[index];

    public override bool Equals(object? obj) => Equals(obj as MessageLayout);

    public override int GetHashCode() => Hash.GetHashCode();

    private static bool TryAdd(
        List<LayoutLine> lines, List<string> keys, Manifest manifest, int type, int depth, ulong offset, string name)
    {
        if (lines.Count == LinesMax)
        {
            return false;
        }

        // An array's dimensions stand behind its innermost element: double[4][2].
        var whole = manifest.Types[type];
        var inner = whole;
        var dimensions = "";
        while (inner.Kind == MessageTypeKind.Array && inner.Element >= 0)
        {
            dimensions += $"[{inner.Count}]";
            inner = manifest.Types[inner.Element];
        }

        lines.Add(new(depth, offset, Spelling(manifest, inner) + dimensions, name, whole.Bytes));
        keys.Add($"{depth} {offset} {whole.Bytes} {LayoutKey.OfType(inner)}{dimensions} {LayoutKey.OfName(name)}");
        foreach (var field in inner.Kind == MessageTypeKind.Struct ? inner.Fields ?? [] : [])
        {
            if (!TryAdd(lines, keys, manifest, field.Type, depth + 1, offset + field.Offset, field.Name))
            {
                return false;
            }
        }

        return true;
    }

    private static string Spelling(Manifest manifest, Manifest.MessageType type) => (type.Kind, type.Bytes) switch
    {
        (MessageTypeKind.Signed, _) => $"int{type.Bytes * 8}_t",
        (MessageTypeKind.Unsigned, _) => $"uint{type.Bytes * 8}_t",
        (MessageTypeKind.Float, 4) => "float",
        (MessageTypeKind.Float, 8) => "double",
        (MessageTypeKind.Float, _) => $"float{type.Bytes * 8}",
        (MessageTypeKind.Bool, _) => "bool",
        (MessageTypeKind.Char, _) => "char",
        (MessageTypeKind.Struct, _) => "struct",
        (MessageTypeKind.Enum, _) => (type.Element >= 0 ? $"enum : {Spelling(manifest, manifest.Types[type.Element])}" : "enum")
            + $" {{ {string.Join(", ", (type.Enumerators ?? []).Select(e => $"{e.Name} = {e.Value}"))} }}",
        _ => type.Name,
    };
}
