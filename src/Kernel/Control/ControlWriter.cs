using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Control;

/// <summary>One use: puts the parts of a control message into a span, little endian, one after another.</summary>
internal ref struct ControlWriter(Span<byte> into)
{
    private readonly Span<byte> _into = into;
    private int _at;

    public readonly int Written => _at;

    public void Byte(byte value) => Take(1)[0] = value;

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>A count of things that follow, checked against the limit that the reader will hold it to.</summary>
    public void Count(int count, int countMax, string what)
    {
        if (count > countMax)
        {
            throw new ControlFormatException($"{count} {what}, and at most {countMax} go into one message");
        }

        U32((uint)count);
    }

    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        Count(bytes, ControlLimits.TextBytesMax, "bytes of text");
        Encoding.UTF8.GetBytes(value, Take(bytes));
    }

    public void Registers(in GuestRegisters registers) => MemoryMarshal.Write(Take(ControlReader.RegisterBytes), in registers);

    private Span<byte> Take(int bytes)
    {
        if (bytes > _into.Length - _at)
        {
            throw new ControlFormatException($"the message is larger than {_into.Length} bytes: shorten its arguments or paths");
        }

        var part = _into.Slice(_at, bytes);
        _at += bytes;
        return part;
    }
}
