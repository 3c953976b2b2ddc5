using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Control;

/// <summary>One use: takes the parts of a control message out of a span that may hold anything. Nothing is allocated before
/// the bytes for it have been seen to be there.</summary>
internal ref struct ControlReader(ReadOnlySpan<byte> from)
{
    public static readonly int RegisterBytes = Unsafe.SizeOf<GuestRegisters>();

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _from = from;
    private int _at;

    public byte Byte() => Take(1, "a byte")[0];

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, "a number"));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, "a number"));

    /// <summary>A count of things that follow, each of which takes at least <paramref name="bytesEach"/> bytes.</summary>
    public int Count(int countMax, int bytesEach, string what)
    {
        var count = U32();
        if (count > (uint)countMax || count * (ulong)bytesEach > (ulong)(_from.Length - _at))
        {
            throw new ControlFormatException($"it says that {count} {what} follow, which cannot be");
        }

        return (int)count;
    }

    public string Text()
    {
        var bytes = Take(Count(ControlLimits.TextBytesMax, 1, "bytes of text"), "text");
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ControlFormatException("a text in it is not UTF-8");
        }
    }

    /// <summary>A byte that must be one of two.</summary>
    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new ControlFormatException($"a yes or no in it is {other}"),
    };

    /// <summary>A number that must lie between the first and the last value of an enumeration without gaps.</summary>
    public uint Choice(uint first, uint last, string what)
    {
        var value = U32();
        return value >= first && value <= last ? value : throw new ControlFormatException($"{value} is no {what}");
    }

    public GuestRegisters Registers() => MemoryMarshal.Read<GuestRegisters>(Take(RegisterBytes, "registers"));

    public readonly void End()
    {
        if (_at != _from.Length)
        {
            throw new ControlFormatException($"{_from.Length - _at} bytes are left over at its end");
        }
    }

    private ReadOnlySpan<byte> Take(int bytes, string what)
    {
        if (bytes > _from.Length - _at)
        {
            throw new ControlFormatException($"it ends where {what} should be");
        }

        var part = _from.Slice(_at, bytes);
        _at += bytes;
        return part;
    }
}
