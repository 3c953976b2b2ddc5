using System.Runtime.InteropServices;
using Muk.Kernel.Crashes.Unwinding;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>Where a guest stands: its registers, and the return addresses that its unwind tables or its frame pointers lead to.</summary>
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

    /// <summary>By the image's unwind tables where it has some (C#), else along the chain of saved frame pointers. Each of those must
    /// lie above the one before, so that a chain that the guest has broken ends; what it leads to is only shown, never used.</summary>
    public static IReadOnlyList<GuestAddress> Walk(IGuestMemory memory, in GuestRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (Unwinder.Walk(memory, registers, FramesMax) is { } found)
        {
            return found;
        }

        var frames = new List<GuestAddress>(16) { new(registers.Rip) };
        var frame = registers.Rbp;
        Skipped(memory, registers, frames);
        Span<ulong> link = stackalloc ulong[2];
        while (frames.Count < FramesMax && frame >= registers.Rsp && frame % 8 == 0
            && memory.TryRead(new(frame), MemoryMarshal.AsBytes(link)) && Follows(memory, registers.Rip, link[1]))
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

    /// <summary>Functions that keep no frame pointer (the C library's) stand between the stack pointer and the first frame:
    /// there, what looks like a return address and has a call before it is taken for one.</summary>
    private static void Skipped(IGuestMemory memory, in GuestRegisters registers, List<GuestAddress> frames)
    {
        const int wordsMax = 256;
        const int foundMax = 8;
        // Such a function uses rbp as it likes; it bounds the search only where it leads to a frame.
        var at = registers.Rsp & ~7ul;
        var framed = registers.Rbp >= at && memory.TryReadU64(registers.Rbp + 8, out var link) && Follows(memory, registers.Rip, link);
        for (var i = 0; i < wordsMax && frames.Count <= foundMax && (!framed || at < registers.Rbp); i++, at += 8)
        {
            if (!memory.TryReadU64(at, out var word))
            {
                return;
            }

            if (Follows(memory, registers.Rip, word))
            {
                frames.Add(new(word));
            }
        }
    }

    /// <summary>Is this an address of the same image with a call before it: `call rel32`, or a call through a register or memory?</summary>
    private static bool Follows(IGuestMemory memory, ulong code, ulong address)
    {
        const int callBytes = 7;
        const byte direct = 0xe8;
        const byte indirect = 0xff;
        const int secondOperation = 2;
        Span<byte> before = stackalloc byte[callBytes];
        if (code - address + (1ul << 31) >= 1ul << 32 || address < callBytes || !memory.TryRead(new(address - callBytes), before))
        {
            return false;
        }

        var found = before[2] == direct;
        for (var i = 0; i + 1 < callBytes; i++)
        {
            found |= before[i] == indirect && (before[i + 1] >> 3 & 7) == secondOperation;
        }

        return found;
    }
}
