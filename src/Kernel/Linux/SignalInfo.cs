using System.Buffers.Binary;

namespace Muk.Kernel.Linux;

/// <summary>What <c>siginfo_t</c> and the machine context say of a signal.</summary>
/// <param name="Number">The signal.</param>
/// <param name="Code">si_code.</param>
/// <param name="Address">si_addr and CR2, of a fault.</param>
/// <param name="Vector">x86 exception vector, of a fault.</param>
/// <param name="ErrorCode">The vector's error code.</param>
internal readonly record struct SignalInfo(int Number, int Code, ulong Address, ulong Vector, ulong ErrorCode)
{
    private const int CodeUser = 0;
    private const int CodeKernel = 0x80;
    private const int CodeMappingError = 1;
    private const ulong PageFault = 14;

    /// <summary>A signal that the guest or the kernel sent it.</summary>
    public static SignalInfo Sent(int signal) => new(signal, signal == Signal.Alarm ? CodeKernel : CodeUser, 0, 0, 0);

    /// <summary>A fault. Whether a page was missing or forbidden is not told apart: the machine gives just the address.</summary>
    public static SignalInfo Fault(int signal, int vector, ulong address) =>
        new(signal, vector == (int)PageFault || signal != Signal.Segment ? CodeMappingError : CodeKernel, address, (ulong)vector, 0);

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, Number);
        BinaryPrimitives.WriteInt32LittleEndian(into[8..], Code);
        if (Code == CodeUser)
        {
            BinaryPrimitives.WriteInt32LittleEndian(into[16..], IdentityCalls.ProcessId);
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Address);
    }
}
