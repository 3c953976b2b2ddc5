using System.Runtime.InteropServices;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>Twin of <c>struct kvm_segment</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmSegment
{
    public ulong Base;
    public uint Limit;
    public ushort Selector;
    public byte Type, Present, Dpl, Big, System, Long, Granular, Available, Unusable, Padding;
}

/// <summary>Twin of <c>struct kvm_dtable</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public struct KvmTable
{
    [FieldOffset(0)] public ulong Base;
    [FieldOffset(8)] public ushort Limit;
}

/// <summary>Twin of <c>struct kvm_sregs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmSpecialRegisters
{
    public KvmSegment Cs, Ds, Es, Fs, Gs, Ss, Tr, Ldt;
    public KvmTable Gdt, Idt;
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8, Efer, ApicBase;
    public ulong Interrupts0, Interrupts1, Interrupts2, Interrupts3;
}

/// <summary>Twin of <c>struct kvm_userspace_memory_region</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmMemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestPhysical;
    public ulong Bytes;
    public ulong HostAddress;
}

/// <summary>Twin of <c>struct kvm_msr_entry</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmMsr
{
    public uint Index;
    public uint Reserved;
    public ulong Data;
}

/// <summary>The fields of <c>struct kvm_run</c> that the machine uses, with what <c>KVM_CAP_SYNC_REGS</c> puts behind them.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2352)]
public struct KvmRunPage
{
    [FieldOffset(1)] public byte ImmediateExit;
    [FieldOffset(8)] public KvmExit Exit;
    [FieldOffset(32)] public byte IoDirection;
    [FieldOffset(33)] public byte IoBytes;
    [FieldOffset(34)] public ushort IoPort;
    [FieldOffset(32)] public ulong Detail;
    [FieldOffset(32)] public uint SubError;
    [FieldOffset(288)] public KvmSync Valid;
    [FieldOffset(296)] public KvmSync Dirty;
    [FieldOffset(304)] public GuestRegisters Registers;
    [FieldOffset(448)] public KvmSpecialRegisters Special;
    [FieldOffset(760)] public KvmEvents Events;
}

/// <summary>Twin of <c>struct kvm_vcpu_events</c>; all zero: nothing pending.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct KvmEvents
{
    public byte ExceptionInjected, ExceptionVector, ExceptionHasCode, ExceptionPending;
    public uint ExceptionCode;
}

/// <summary>What the shared page carries in and out, <c>KVM_SYNC_X86_*</c>.</summary>
[Flags]
public enum KvmSync : ulong
{
    None = 0,
    Registers = 1,
    Special = 2,
    Events = 4,
}
