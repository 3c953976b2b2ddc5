using System.Runtime.InteropServices;

namespace Muk.Kernel.Machines.Process.Seccomp;

/// <summary>One instruction of classic BPF. Twin of <c>struct sock_filter</c> (linux/filter.h).</summary>
/// <param name="Code">Class, size, mode or operation.</param>
/// <param name="IfTrue">Instructions to skip when a comparison holds.</param>
/// <param name="IfFalse">Instructions to skip when it does not.</param>
/// <param name="K">Operand: an offset, a constant, a verdict.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint K)
{
    /// <summary>Load the 32-bit word at K of the packet (here <c>struct seccomp_data</c>).</summary>
    public const ushort LoadWord = 0x20;

    /// <summary>A = A AND K.</summary>
    public const ushort And = 0x54;

    /// <summary>Skip K instructions.</summary>
    public const ushort Jump = 0x05;

    /// <summary>Is A equal to K?</summary>
    public const ushort JumpEqual = 0x15;

    /// <summary>Is A, unsigned, at least K?</summary>
    public const ushort JumpAtLeast = 0x35;

    /// <summary>Return K.</summary>
    public const ushort Return = 0x06;
}
