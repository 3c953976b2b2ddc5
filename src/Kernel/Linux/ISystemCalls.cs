using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>A system call as the guest made it.</summary>
public readonly record struct SystemCall(long Number, ulong A0, ulong A1, ulong A2, ulong A3, ulong A4, ulong A5);

/// <summary>What a system call comes to.</summary>
public enum SystemCallOutcome
{
    /// <summary>Put <see cref="SystemCallResult.Value"/> into rax and go on.</summary>
    Return,

    /// <summary>Go on without touching rax: the registers have been set (sigreturn).</summary>
    Resume,

    /// <summary>The guest ends with <see cref="SystemCallResult.End"/>.</summary>
    End,
}

/// <summary>Outcome and value of a system call.</summary>
public readonly record struct SystemCallResult(SystemCallOutcome Outcome, long Value, GuestEnd? End)
{
    public static SystemCallResult Return(long value) => new(SystemCallOutcome.Return, value, null);

    public static SystemCallResult Resume() => new(SystemCallOutcome.Resume, 0, null);

    public static SystemCallResult Ended(GuestEnd end) => new(SystemCallOutcome.End, 0, end);
}

/// <summary>The guest as a system call sees it. Made by the machine, one per run, handed to each call.</summary>
public interface IGuest
{
    IGuestMemory Memory { get; }

    /// <summary>The page tables' owner; null on <c>process</c>, where Linux serves the memory family itself.</summary>
    IAddressSpace? AddressSpace { get; }

    /// <summary>The registers, for signals and crashes. Writing them is for <c>kvm</c>; on <c>process</c> they are read only
    /// and may cost a stop of the guest.</summary>
    GuestRegisters Registers { get; set; }

    /// <summary>FS base (TLS), <c>kvm</c> only.</summary>
    ulong FsBase { get; set; }

    /// <summary>GS base, <c>kvm</c> only.</summary>
    ulong GsBase
    {
        get => 0;
        set
        {
        }
    }

    /// <summary>The processor's error code of the fault in hand.</summary>
    ulong FaultCode => 0;

    /// <summary>Has <see cref="ISystemCalls.Interrupted"/> be asked at this time of <c>CLOCK_MONOTONIC</c> in ns, if the guest runs then;
    /// <see cref="long.MaxValue"/> / 2 for never. What was asked for before is replaced; it may still come once.</summary>
    void InterruptAt(long nanoseconds)
    {
    }

    /// <summary>Bytes of the XSAVE area, and copies of it in and out, for signal frames; 0 on <c>process</c>.</summary>
    int ExtendedStateBytes { get; }

    void SaveExtendedState(Span<byte> into);

    bool TryLoadExtendedState(ReadOnlySpan<byte> from);
}

/// <summary>The Linux personality: serves a guest's system calls and faults. Owner: the vCPU thread.</summary>
public interface ISystemCalls
{
    /// <summary>Serves one call. It may wait (for a ring) as long as the guest would; a kick makes it come back.</summary>
    SystemCallResult Invoke(in SystemCall call, IGuest guest);

    /// <summary>A fault that no page-table change can cure: deliver a signal (Resume) or end the guest.</summary>
    SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest);

    /// <summary>Asked after a kick: end the guest, or null to go on.</summary>
    GuestEnd? Interrupted();
}
