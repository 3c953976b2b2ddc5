using System.Buffers.Binary;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Memory;

/// <summary>Walks a guest's frame pointers. The guest may have left anything there: the walk is bounded, goes up only and stops
/// at the first frame that makes no sense.</summary>
public static class FrameWalker
{
    /// <summary>Most frames, the instruction pointer's own included.</summary>
    public const int FramesMax = 64;

    /// <summary>Most bytes one frame may have.</summary>
    private const ulong FrameBytesMax = 1UL << 24;

    /// <summary>Return addresses, innermost first; the first is the instruction pointer.</summary>
    public static IReadOnlyList<GuestAddress> Walk(in GuestRegisters registers, IGuestMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var frames = new List<GuestAddress> { new(registers.Rip) };
        Span<byte> pair = stackalloc byte[16];
        var frame = registers.Rbp;
        while (frames.Count < FramesMax && frame != 0 && frame % 8 == 0 && memory.TryRead(new GuestAddress(frame), pair))
        {
            var next = BinaryPrimitives.ReadUInt64LittleEndian(pair);
            var back = BinaryPrimitives.ReadUInt64LittleEndian(pair[8..]);
            if (back == 0)
            {
                break;
            }

            frames.Add(new GuestAddress(back));
            if (next <= frame || next - frame > FrameBytesMax)
            {
                break;
            }

            frame = next;
        }

        return frames;
    }
}
