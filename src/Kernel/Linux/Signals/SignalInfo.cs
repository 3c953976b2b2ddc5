using System.Buffers.Binary;

namespace Muk.Kernel.Linux.Signals;

/// <summary>What <c>siginfo_t</c> and the machine context say of a signal.</summary>
/// <param name="Number">The signal.</param>
/// <param name="Code">si_code.</param>
/// <param name="Address">si_addr of a fault; of a sent signal, its sender: si_pid and above it si_uid.</param>
/// <param name="Value">si_value, of a queued signal.</param>
/// <param name="Fault">Vector, error code and CR2 of a fault.</param>
internal readonly record struct SignalInfo(int Number, int Code, ulong Address, ulong Value, FaultFacts Fault)
{
    public const int Bytes = 128;

    /// <summary>Of <c>siginfo_t</c>, what is kept: the rest is 0.</summary>
    public const int KeptBytes = 32;

    private const int CodeUser = 0;
    private const int CodeThread = -6;
    private const int CodeKernel = 0x80;
    private const int CodeFirst = 1;
    private const int PageFault = 14;
    private const ulong PresentBit = 1;

    /// <summary>A signal of kill.</summary>
    public static SignalInfo Sent(int signal) => new(signal, CodeUser, IdentityCalls.ProcessId, 0, default);

    /// <summary>A signal of tkill and tgkill.</summary>
    public static SignalInfo SentToThread(int signal) => new(signal, CodeThread, IdentityCalls.ProcessId, 0, default);

    /// <summary>A signal of the kernel's own.</summary>
    public static SignalInfo Kernel(int signal) => new(signal, CodeKernel, 0, 0, default);

    /// <summary>A fault.</summary>
    /// <param name="address">CR2 of a page fault.</param>
    /// <param name="at">The instruction.</param>
    public static SignalInfo OfFault(int signal, int vector, ulong errorCode, ulong address, ulong at)
    {
        var facts = new FaultFacts((ulong)vector, errorCode, address);
        return signal switch
        {
            // SEGV_MAPERR is the first code, SEGV_ACCERR the second. A general protection fault has no address.
            Signal.Segment when vector == PageFault => new(signal, CodeFirst + (int)(errorCode & PresentBit), address, 0, facts),
            Signal.Segment => new(signal, CodeKernel, 0, 0, facts),
            _ => new(signal, CodeFirst, at, 0, facts), // FPE_INTDIV, ILL_ILLOPC, TRAP_BRKPT, BUS_ADRALN.
        };
    }

    /// <summary>A signal as rt_sigqueueinfo is given it.</summary>
    /// <param name="from">At least <see cref="KeptBytes"/>.</param>
    public static SignalInfo Queued(int signal, ReadOnlySpan<byte> from) => new(
        signal,
        BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(from[24..]),
        default);

    /// <summary>Writes <c>siginfo_t</c>.</summary>
    /// <param name="into">Zeroed, <see cref="Bytes"/> long.</param>
    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, Number);
        BinaryPrimitives.WriteInt32LittleEndian(into[8..], Code);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(into[24..], Value);
    }
}

/// <summary>What the processor says of a fault: trapno, err and cr2 of the machine context.</summary>
internal readonly record struct FaultFacts(ulong Vector, ulong ErrorCode, ulong Address);
