using System.Runtime.CompilerServices;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>The registers that unwinding restores, by their DWARF numbers (System V ABI, AMD64 supplement, "DWARF Register Number
/// Mapping"), and the return address as the seventeenth.</summary>
[InlineArray(Count)]
internal struct Registers
{
    public const int Count = 17;
    public const int Rbx = 3;
    public const int Rbp = 6;
    public const int Rsp = 7;
    public const int R12 = 12;
    public const int ReturnAddress = 16;

    private ulong _first;

    public static Registers Of(in GuestRegisters r)
    {
        Registers all = default;
        ReadOnlySpan<ulong> values =
            [r.Rax, r.Rdx, r.Rcx, r.Rbx, r.Rsi, r.Rdi, r.Rbp, r.Rsp, r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15, r.Rip];
        values.CopyTo(all);
        return all;
    }
}
