using System.Buffers.Binary;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>Finds the callers of where a guest stands by its image's unwind tables: what .NET's code and its runtime have in place of
/// frame pointers.</summary>
/// <remarks>The C library has no tables. Its functions are called directly, so the caller of one is the first word up the stack
/// that is a return address of a `call` whose target lies shortly before the instruction; what the function pushes first is read
/// from its code, for the registers that the caller's own rules need.</remarks>
internal static class Unwinder
{
    private const int GapWords = 512;
    private const int FunctionBytesMax = 16 * 1024;
    private const int CallBytes = 5;
    private const byte Call = 0xe8;

    /// <summary>Return addresses, innermost first and beginning with the instruction pointer; null where the image has no tables.</summary>
    public static List<GuestAddress>? Walk(IGuestMemory memory, in GuestRegisters at, int framesMax)
    {
        if (FrameTable.Find(memory) is not { } table)
        {
            return null;
        }

        var registers = Registers.Of(at);
        var frames = new List<GuestAddress>(16) { new(registers[Registers.ReturnAddress]) };
        while (frames.Count < framesMax && TryStep(memory, table, isCaller: frames.Count > 1, ref registers)
            && registers[Registers.ReturnAddress] != 0)
        {
            frames.Add(new(registers[Registers.ReturnAddress]));
        }

        return frames;
    }

    private static bool TryStep(IGuestMemory memory, FrameTable table, bool isCaller, ref Registers registers)
    {
        // A return address may be the first one after its function, where the call does not return.
        var instruction = registers[Registers.ReturnAddress] - (isCaller ? 1ul : 0ul);
        return table.TryFind(instruction, out var entry)
            ? FrameRules.TryStep(memory, entry, instruction, ref registers)
            : TryStepOutOfLibrary(memory, table, instruction, ref registers);
    }

    private static bool TryStepOutOfLibrary(IGuestMemory memory, FrameTable table, ulong instruction, ref Registers registers)
    {
        Span<byte> word = stackalloc byte[8];
        Span<byte> call = stackalloc byte[CallBytes];
        var stack = registers[Registers.Rsp] & ~7ul;
        for (var i = 0; i < GapWords; i++, stack += 8)
        {
            if (!memory.TryRead(new(stack), word))
            {
                return false;
            }

            var back = BinaryPrimitives.ReadUInt64LittleEndian(word);
            if (back - instruction + (1ul << 31) < 1ul << 32 && memory.TryRead(new(back - CallBytes), call) && call[0] == Call)
            {
                var target = back + (ulong)BinaryPrimitives.ReadInt32LittleEndian(call[1..]);
                if (instruction - target < FunctionBytesMax && !table.TryFind(target, out _))
                {
                    TakePushed(memory, target, instruction, stack, ref registers);
                    registers[Registers.ReturnAddress] = back;
                    registers[Registers.Rsp] = stack + 8;
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Reads back what the function pushed first, where it has got past that.</summary>
    private static void TakePushed(IGuestMemory memory, ulong function, ulong instruction, ulong returnsAt, ref Registers registers)
    {
        Span<byte> code = stackalloc byte[24];
        Span<byte> word = stackalloc byte[8];
        if (!memory.TryRead(new(function), code))
        {
            return;
        }

        var at = code.StartsWith((ReadOnlySpan<byte>)[0xf3, 0x0f, 0x1e, 0xfa]) ? 4 : 0; // endbr64
        while (at + 1 < code.Length && function + (ulong)at < instruction)
        {
            // push rbx, push rbp; push r12 to r15 after a prefix.
            var register = code[at] switch
            {
                0x53 => Registers.Rbx,
                0x55 => Registers.Rbp,
                0x41 when code[at + 1] is >= 0x54 and <= 0x57 => Registers.R12 + code[at + 1] - 0x54,
                _ => -1,
            };
            returnsAt -= 8;
            if (register < 0 || !memory.TryRead(new(returnsAt), word))
            {
                return;
            }

            registers[register] = BinaryPrimitives.ReadUInt64LittleEndian(word);
            at += register >= Registers.R12 ? 2 : 1;
        }
    }
}
