using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Linux;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The guest as its system calls see it. Owner: the vCPU thread.</summary>
internal sealed class KvmGuest(Vcpu vcpu, AddressSpace space) : IGuest
{
    private const int LegacyBytes = 512;
    private const int FormatOffset = 520;

    // Scratch for KVM's own area, which is longer than what signal frames carry.
    private readonly byte[] _area = new byte[Vcpu.ExtendedStateBytes];

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
