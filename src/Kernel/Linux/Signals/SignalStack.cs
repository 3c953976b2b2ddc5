using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Signals;

/// <summary><c>stack_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalStack
{
    public const uint InUse = 1;
    public const uint Disabled = 2;

    public ulong At;
    public uint Flags;
    public uint Padding;
    public ulong Bytes;

    /// <summary>Is the stack pointer within? As the stack grows down, its upper end belongs to it and its lower does not.</summary>
    public readonly bool Holds(ulong stackPointer) => Bytes != 0 && stackPointer > At && stackPointer - At <= Bytes;
}
