using System.Runtime.InteropServices;

namespace Muk.Kernel.Machines.Process;

/// <summary>Constants of <c>launcher/muk-launch.h</c>.</summary>
public static class LaunchLayout
{
    /// <summary>Value of <see cref="LaunchHeader.Magic"/>.</summary>
    public const ulong Magic = 0x314e4c504b554d;

    /// <summary>Where the launcher is linked; one page of it stays.</summary>
    public const ulong LauncherAddress = 0x7a00_0000_0000;

    /// <summary>The descriptor a launcher starts with.</summary>
    public const int PlanSocket = 3;

    /// <summary>Most descriptors that go with a plan, its own included.</summary>
    public const int DescriptorsMax = 160;

    /// <summary>Bytes of the launcher's answer.</summary>
    public const int ReplyBytes = 16;
}

/// <summary>Twin of <c>struct muk_plan</c> and, within it, <c>struct muk_plan_mm</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LaunchHeader
{
    public ulong Magic, Bytes, Entry, Stack, VdsoSlot;
    public uint StackOffset, StackBytes, MapOffset, MapCount, FilterOffset, FilterCount, LimitOffset, LimitCount;
    public uint Core, Reserved;
    public ulong StartCode, EndCode, StartData, EndData, StartBreak, Break, StartStack;
    public ulong ArgumentsStart, ArgumentsEnd, EnvironmentStart, EnvironmentEnd, Auxiliary;
    public uint AuxiliaryBytes, ExecutableDescriptor;
}

/// <summary>Twin of <c>struct muk_plan_map</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LaunchMap
{
    public ulong Address, Bytes, Offset;
    public int Descriptor;
    public uint Rights, Shared, Seal, Huge, Reserved;
}

/// <summary>Twin of <c>struct muk_plan_limit</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LaunchLimit
{
    public uint Resource, Reserved;
    public ulong Value;
}

/// <summary>Twin of <c>enum muk_launch_step</c>: how far a launcher came.</summary>
public enum LaunchStep : uint
{
    Ready = 0,
    Receive = 1,
    Plan = 2,
    Pin = 3,
    Map = 4,
    Limit = 5,
    Privileges = 6,
    Seccomp = 7,
}

/// <summary>Twin of <c>enum muk_launch_facts</c>: what the kernel granted.</summary>
[Flags]
public enum LaunchFacts : uint
{
    None = 0,

    /// <summary>What the guest may not change is sealed (mseal).</summary>
    Sealed = 1,

    /// <summary>A call that is being served is not interrupted by a signal.</summary>
    Killable = 2,

    /// <summary>brk starts after the image.</summary>
    Break = 4,
}
