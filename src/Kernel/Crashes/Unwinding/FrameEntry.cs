using System.Buffers.Binary;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>How to get from a function's frame to its caller's: an entry of <c>.eh_frame</c> with what it shares with others.</summary>
/// <param name="Start">Address of the function's first instruction.</param>
/// <param name="Bytes">Of its code.</param>
/// <param name="Common">Rules that hold at its first instruction.</param>
/// <param name="Rules">How they change.</param>
/// <param name="CodeStep">Factor of distances between instructions, in bytes.</param>
/// <param name="DataStep">Factor of offsets in the frame, in bytes.</param>
internal readonly record struct FrameEntry(
    ulong Start, ulong Bytes, ReadOnlyMemory<byte> Common, ReadOnlyMemory<byte> Rules, ulong CodeStep, long DataStep)
{
    private const int EntryBytesMax = 8192;
    private const byte Relative4 = 0x1b;

    /// <summary>Reads the one at an address; false where it is not as the tools make it.</summary>
    public static bool TryRead(IGuestMemory memory, ulong at, out FrameEntry entry)
    {
        entry = default;
        if (Read(memory, at) is not { } own || own.Length < 13)
        {
            return false;
        }

        var back = BinaryPrimitives.ReadUInt32LittleEndian(own);
        if (back == 0 || Read(memory, at + 4 - back) is not { } shared || !TryCommon(shared, out entry, out var augmented))
        {
            return false;
        }

        var start = at + 8 + (ulong)BinaryPrimitives.ReadInt32LittleEndian(own.AsSpan(4));
        var bytes = BinaryPrimitives.ReadUInt32LittleEndian(own.AsSpan(8));
        var rest = new DwarfBytes(own.AsSpan(12));
        var skipped = augmented ? rest.Unsigned() : 0;
        if (rest.Failed || skipped > (ulong)(own.Length - 12 - rest.Position))
        {
            return false;
        }

        entry = entry with { Start = start, Bytes = bytes, Rules = own.AsMemory(12 + rest.Position + (int)skipped) };
        return true;
    }

    /// <summary>The bytes after the length; null for the end of the table or what is no entry.</summary>
    private static byte[]? Read(IGuestMemory memory, ulong at)
    {
        Span<byte> length = stackalloc byte[4];
        if (!memory.TryRead(new(at), length) || BinaryPrimitives.ReadUInt32LittleEndian(length) is not (> 4 and < EntryBytesMax))
        {
            return null;
        }

        var entry = new byte[BinaryPrimitives.ReadUInt32LittleEndian(length)];
        return memory.TryRead(new(at + 4), entry) ? entry : null;
    }

    private static bool TryCommon(byte[] shared, out FrameEntry entry, out bool augmented)
    {
        entry = default;
        augmented = false;
        var reader = new DwarfBytes(shared);
        var isCommon = reader.Fixed(4) == 0;
        var version = reader.Byte();
        Span<byte> letters = stackalloc byte[8];
        var count = 0;
        for (byte letter; (letter = reader.Byte()) != 0 && count < letters.Length; count++)
        {
            letters[count] = letter;
        }

        var code = reader.Unsigned();
        var data = reader.Signed();
        var returns = reader.Unsigned();
        augmented = count > 0 && letters[0] == 'z';
        var end = augmented ? reader.Unsigned() + (ulong)reader.Position : (ulong)reader.Position;
        foreach (var letter in letters[..count])
        {
            // A language's own data in each entry; how addresses are written, of which only the one way is read.
            var known = letter switch
            {
                (byte)'z' => true,
                (byte)'L' => reader.Byte() >= 0,
                (byte)'R' => reader.Byte() == Relative4,
                _ => false,
            };
            if (!known)
            {
                return false;
            }
        }

        if (reader.Failed || !isCommon || version != 1 || returns != Registers.ReturnAddress || end > (ulong)shared.Length)
        {
            return false;
        }

        entry = new(0, 0, shared.AsMemory((int)end), default, code, data);
        return true;
    }
}
