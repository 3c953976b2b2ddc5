using System.Buffers.Binary;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The machine's own pages in the guest: the system-call stub, the exception stubs, and the tables that lead there.</summary>
/// <remarks>Formats: AMD64 manual volume 2, chapters 4.8 and 8; Intel SDM volume 3, chapters 3.4 and 6.14. Descriptors are marked as
/// accessed and the TSS as busy from the start, so that the processor never has to write these read-only pages.</remarks>
internal static class Traps
{
    public const int Vectors = 32;

    /// <summary>Port of the system-call stub.</summary>
    public const byte CallPort = 0xe9;

    /// <summary>Port of exception vector 0; one more for each further vector.</summary>
    public const byte TrapPort = 0x20;

    public const ushort KernelCode = 0x08;
    public const ushort UserData = 0x23;
    public const ushort UserCode = 0x2b;
    public const ushort TaskState = 0x40;
    public const ushort TableLimit = 79;
    public const ushort InterruptTableLimit = (Vectors * 16) - 1;
    public const int TaskStateOffset = 0x100;
    public const int TaskStateLimit = 103;
    public const int InterruptTableOffset = 0x200;

    private const int StubBytes = 8;
    private const byte Out = 0xe6;
    private const byte Halt = 0xf4;

    /// <summary>The system-call stub: one instruction that leaves the guest, and one that must never be reached.</summary>
    public static ReadOnlySpan<byte> CallStub => [Out, CallPort, Halt];

    /// <summary>Has the guest been stopped by the system-call stub? The processor's own place tells, since a port is anybody's.</summary>
    public static bool IsCall(ulong instructionPointer, ushort port) =>
        port == CallPort && instructionPointer - Abi.GuestLayout.StubAddress <= 2;

    /// <summary>Does the processor stand in a stub, before it has left the guest?</summary>
    public static bool Within(ulong instructionPointer) => instructionPointer - Abi.GuestLayout.StubAddress <= 2
        || instructionPointer - PhysicalLayout.TrapCodeAddress < Vectors * StubBytes;

    /// <summary>The vector whose stub the guest has been stopped in, or -1.</summary>
    public static int Vector(ulong instructionPointer, ushort port)
    {
        var offset = instructionPointer - PhysicalLayout.TrapCodeAddress;
        var vector = (int)(offset / StubBytes);
        return offset < Vectors * StubBytes && port == TrapPort + vector ? vector : -1;
    }

    /// <summary>Does the processor push an error code for this vector?</summary>
    public static bool HasErrorCode(int vector) => vector is 8 or (>= 10 and <= 14) or 17 or 21;

    public static void WriteCode(Span<byte> page)
    {
        for (var vector = 0; vector < Vectors; vector++)
        {
            ReadOnlySpan<byte> stub = [Out, (byte)(TrapPort + vector), Halt];
            stub.CopyTo(page[(vector * StubBytes)..]);
        }
    }

    public static void WriteDescriptors(Span<byte> page)
    {
        var task = PhysicalLayout.DescriptorsAddress + TaskStateOffset;
        Put(page, KernelCode, 0x00af9b000000ffff);
        Put(page, 0x10, 0x00cf93000000ffff);
        Put(page, UserData & ~7, 0x00cff3000000ffff);
        Put(page, UserCode & ~7, 0x00affb000000ffff);
        Put(page, TaskState, TaskStateLimit | ((task & 0xffffff) << 16) | (0x8bUL << 40) | ((task >> 24 & 0xff) << 56));
        Put(page, TaskState + 8, task >> 32);
        Put(page, TaskStateOffset + 4, PhysicalLayout.TrapStackTop);
        Put(page, TaskStateOffset + 36, PhysicalLayout.TrapStackTop);
        for (var vector = 0; vector < Vectors; vector++)
        {
            var handler = PhysicalLayout.TrapCodeAddress + (ulong)(vector * StubBytes);
            // int3 and into may be executed by ring 3, every other software interrupt is a general protection fault.
            var access = vector is 3 or 4 ? 0xeeUL : 0x8eUL;
            Put(page, InterruptTableOffset + (vector * 16),
                (handler & 0xffff) | ((ulong)KernelCode << 16) | (1UL << 32) | (access << 40) | ((handler >> 16 & 0xffff) << 48));
            Put(page, InterruptTableOffset + (vector * 16) + 8, handler >> 32);
        }
    }

    private static void Put(Span<byte> page, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(page[offset..], value);
}
