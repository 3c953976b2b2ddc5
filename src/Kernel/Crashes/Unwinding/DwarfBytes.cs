namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>Reads DWARF's numbers one after the other. Past the end everything is 0 and <see cref="Failed"/> true.</summary>
internal ref struct DwarfBytes(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public bool Failed { get; private set; }

    public readonly bool AtEnd => Position >= _bytes.Length;

    public byte Byte()
    {
        if (AtEnd)
        {
            Failed = true;
            return 0;
        }

        return _bytes[Position++];
    }

    /// <summary>So many bytes, the lowest first.</summary>
    public ulong Fixed(int bytes)
    {
        var value = 0ul;
        for (var i = 0; i < bytes; i++)
        {
            value |= (ulong)Byte() << (i * 8);
        }

        return value;
    }

    /// <summary>ULEB128; what does not fit into 64 bits is dropped.</summary>
    public ulong Unsigned()
    {
        var value = 0ul;
        byte next;
        for (var shift = 0; ; shift += 7)
        {
            next = Byte();
            value |= shift < 64 ? (ulong)(next & 0x7f) << shift : 0;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>SLEB128.</summary>
    public long Signed()
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= shift < 64 ? (long)(next & 0x7f) << shift : 0;
            if (next < 0x80)
            {
                return shift + 7 < 64 && (next & 0x40) != 0 ? value | (-1L << (shift + 7)) : value;
            }
        }
    }
}
