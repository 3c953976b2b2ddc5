using System.Buffers.Binary;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>What the processor pushed for an exception (AMD64 manual volume 2, section 8.9.3).</summary>
internal readonly record struct TrapFrame(ulong InstructionPointer, ulong StackPointer, ulong Flags, ulong ErrorCode)
{
    /// <summary>Error code, RIP, CS, RFLAGS, RSP, SS: the top of the exception stack. The place is fixed, so that nothing the
    /// guest has in a
    /// register is believed.</summary>
    public const int Bytes = 48;

    private const ulong WriteBit = 2;
    private const ulong FetchBit = 16;

    /// <summary>What a page fault's instruction was doing.</summary>
    public MemoryAccess Access =>
        (ErrorCode & FetchBit) != 0 ? MemoryAccess.Execute : (ErrorCode & WriteBit) != 0 ? MemoryAccess.Write : MemoryAccess.Read;

    public static TrapFrame Read(ReadOnlySpan<byte> top, int vector) => new(
        Word(top, 1), Word(top, 4), Word(top, 3), Traps.HasErrorCode(vector) ? Word(top, 0) : 0);

    private static ulong Word(ReadOnlySpan<byte> top, int index) => BinaryPrimitives.ReadUInt64LittleEndian(top[(index * 8)..]);
}
