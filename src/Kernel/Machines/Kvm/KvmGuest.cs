using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The guest as its system calls see it. Owner: the vCPU thread.</summary>
internal sealed class KvmGuest(Vcpu vcpu, AddressSpace space) : IGuest
{
    private const int LegacyBytes = 512;
    private const int FormatOffset = 520;

    // Scratch for KVM's own area, which is longer than what signal frames carry.
    private readonly byte[] _area = new byte[Vcpu.ExtendedStateBytes];
    private long _interruptAt = CallWait.Never;

    public IGuestMemory Memory => space;

    public IAddressSpace AddressSpace => space;

    public GuestRegisters Registers
    {
        get => vcpu.Registers;
        set
        {
            vcpu.Registers = value;
            vcpu.Registers.Rflags = Flags.Sanitize(value.Rflags);
            vcpu.MarkDirty(KvmSync.Registers);
        }
    }

    public ulong FsBase
    {
        get => vcpu.Special.Fs.Base;
        set
        {
            vcpu.Special.Fs.Base = value;
            vcpu.MarkDirty(KvmSync.Special);
        }
    }

    public ulong GsBase
    {
        get => vcpu.Special.Gs.Base;
        set
        {
            vcpu.Special.Gs.Base = value;
            vcpu.MarkDirty(KvmSync.Special);
        }
    }

    public ulong FaultCode { get; set; }

    /// <summary>Interrupts the guest at a time; set by whoever owns the thread.</summary>
    public ThreadTimer? Timer { get; set; }

    public void InterruptAt(long nanoseconds)
    {
        // A timer that is set for an earlier time is left alone: that it comes once too often costs less than setting it each time.
        if (nanoseconds < _interruptAt)
        {
            _interruptAt = nanoseconds;
            Timer?.Set(nanoseconds);
        }
    }

    /// <summary>The timer has gone off.</summary>
    public void InterruptDone() => _interruptAt = CallWait.Never;

    /// <summary>The guest is over.</summary>
    public void CancelInterrupt()
    {
        if (_interruptAt != CallWait.Never)
        {
            InterruptDone();
            Timer?.Set(0);
        }
    }

    public int ExtendedStateBytes { get; } = (vcpu.ExtendedControl & 0xe0) != 0 ? 2688 : (vcpu.ExtendedControl & 4) != 0 ? 832 : 576;

    public void SaveExtendedState(Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, ExtendedStateBytes);
        KvmVm.Check(vcpu.SaveExtendedState(_area), "KVM_GET_XSAVE", "");
        _area.AsSpan(0, ExtendedStateBytes).CopyTo(into);
    }

    /// <returns>False where the bytes, which the guest may have written, are no state that the processor takes.</returns>
    public bool TryLoadExtendedState(ReadOnlySpan<byte> from)
    {
        if (from.Length < ExtendedStateBytes)
        {
            return false;
        }

        _area.AsSpan().Clear();
        from[..ExtendedStateBytes].CopyTo(_area);
        // Compacted form and what lies behind the header's first word: KVM takes the standard form only.
        _area.AsSpan(FormatOffset, 64 - 8).Clear();
        var features = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(_area.AsSpan(LegacyBytes));
        return (features & ~vcpu.ExtendedControl) == 0 && vcpu.LoadExtendedState(_area) >= 0;
    }
}
