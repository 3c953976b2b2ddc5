using System.Runtime.InteropServices;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>Where a guest stands: its registers and the return addresses that its frame pointers lead to.</summary>
public static class Backtrace
{
    private const int FramesMax = 64;

    /// <summary>For a guest that has not faulted.</summary>
    public static GuestFault Standing(IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        return At(guest, vector: -1, default);
    }

    /// <summary>For a guest stopped at a fault.</summary>
    public static GuestFault At(IGuest guest, int vector, GuestAddress address)
    {
        ArgumentNullException.ThrowIfNull(guest);
        var registers = guest.Registers;
        return new(registers, vector, address, Walk(guest.Memory, registers));
    }

    /// <summary>Follows the chain of saved frame pointers. Each must lie above the one before, so that a chain that the
    /// guest has broken ends; what it leads to is only shown, never used.</summary>
    public static IReadOnlyList<GuestAddress> Walk(IGuestMemory memory, in GuestRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var frames = new List<GuestAddress>(16) { new(registers.Rip) };
        var frame = registers.Rbp;
        Span<ulong> link = stackalloc ulong[2];
        while (frames.Count < FramesMax && frame >= registers.Rsp && frame % 8 == 0
            && memory.TryRead(new(frame), MemoryMarshal.AsBytes(link)) && link[1] != 0)
        {
            frames.Add(new(link[1]));
            if (link[0] <= frame)
            {
                break;
            }

            frame = link[0];
        }

        return frames;
    }
}
