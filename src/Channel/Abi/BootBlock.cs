using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muk.Abi;

/// <summary>Twin of <c>enum muk_machine</c>.</summary>
public enum MachineKind : uint
{
    None = 0,
    Kvm = 1,
    Process = 2,
}

/// <summary>Twin of <c>enum muk_direction</c>.</summary>
public enum PortDirection : uint
{
    In = 1,
    Out = 2,
}

/// <summary>Twin of <c>enum muk_call</c>: system-call numbers beyond Linux's.</summary>
public enum MukCall : long
{
    Park = 0x4d554b01,
    Ring = 0x4d554b02,
    Log = 0x4d554b03,
}

/// <summary>A port's name in the boot block, NUL terminated UTF-8.</summary>
[InlineArray(GuestLayout.NameBytes)]
public struct PortName
{
    private byte _first;
}

/// <summary>Twin of <c>struct muk_boot_port</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BootPort
{
    public PortName Name;
    public PortDirection Direction;
    public uint Linked;
    public ulong RingAddress;
}

/// <summary>The ports of a boot block.</summary>
[InlineArray(GuestLayout.PortsMax)]
public struct BootPorts
{
    private BootPort _first;
}

/// <summary>What a MUK is told when it starts. Twin of <c>struct muk_boot</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BootBlock
{
    /// <summary>Value of <see cref="Magic"/>.</summary>
    public const ulong MagicValue = 0x31544f4f424b554d;

    /// <summary>Value of a stdio port that is not there, and of "never park".</summary>
    public const uint None = uint.MaxValue;

    public ulong Magic;
    public uint Abi;
    public MachineKind Machine;
    public uint Core;
    public uint PortCount;
    public uint SpinIterations;
    public uint StdinPort;
    public uint StdoutPort;
    public uint StderrPort;
    public ulong TscBase;
    public ulong NsBase;
    public ulong TscMult;
    public uint TscShift;
    public uint Reserved;
    public ulong TscHz;
    public ulong RealtimeOffsetNs;
    public BootPorts Ports;
}
