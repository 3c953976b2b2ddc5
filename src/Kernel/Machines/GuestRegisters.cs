using System.Runtime.InteropServices;

namespace Muk.Kernel.Machines;

/// <summary>General registers of the guest, in the order of <c>struct kvm_regs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct GuestRegisters
{
    public ulong Rax, Rbx, Rcx, Rdx, Rsi, Rdi, Rsp, Rbp;
    public ulong R8, R9, R10, R11, R12, R13, R14, R15;
    public ulong Rip, Rflags;
}
