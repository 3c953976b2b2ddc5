namespace Muk.Kernel.Interop.Kvm;

/// <summary>ioctl numbers of KVM on x86-64, from <c>linux/kvm.h</c>.</summary>
public enum KvmRequest : uint
{
    None = 0,
    GetApiVersion = 0xAE00,
    CreateVm = 0xAE01,
    CheckExtension = 0xAE03,
    GetVcpuMapBytes = 0xAE04,
    GetSupportedCpuid = 0xC008AE05,
    CreateVcpu = 0xAE41,
    SetUserMemoryRegion = 0x4020AE46,
    Run = 0xAE80,
    GetSpecialRegisters = 0x8138AE83,
    SetSpecialRegisters = 0x4138AE84,
    SetMsrs = 0x4008AE89,
    SetSignalMask = 0x4004AE8B,
    SetCpuid = 0x4008AE90,
    GetEvents = 0x8040AE9F,
    GetExtendedState = 0x9000AEA4,
    SetExtendedState = 0x5000AEA5,
    SetExtendedControl = 0x4188AEA7,
    SetDeviceAttribute = 0x4018AEE1,
}

/// <summary>Extensions that the machine asks for, from <c>linux/kvm.h</c>.</summary>
public enum KvmCapability
{
    None = 0,
    UserMemory = 3,
    ExtendedCpuid = 7,
    MemorySlots = 10,
    SynchronousMmu = 16,
    ExtendedState = 55,
    ExtendedControl = 56,
    SynchronousRegisters = 74,
    ReadOnlyMemory = 81,
    ImmediateExit = 136,
}

/// <summary>Why <c>KVM_RUN</c> came back, from <c>linux/kvm.h</c>.</summary>
public enum KvmExit : uint
{
    Unknown = 0,
    Io = 2,
    Debug = 4,
    Halt = 5,
    Mmio = 6,
    Shutdown = 8,
    FailEntry = 9,
    Interrupted = 10,
    InternalError = 17,
}
