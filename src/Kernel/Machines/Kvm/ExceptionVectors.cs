namespace Muk.Kernel.Machines.Kvm;

/// <summary>Exception vectors: the signal Linux sends for each, and what they are called.</summary>
internal static class ExceptionVectors
{
    private const int Illegal = 4, Trap = 5, Bus = 7, Arithmetic = 8, Segmentation = 11;

    public static int Signal(int vector) => vector switch
    {
        0 or 16 or 19 => Arithmetic,
        1 or 3 => Trap,
        6 => Illegal,
        11 or 12 or 17 => Bus,
        _ => Segmentation,
    };

    /// <summary>One line for people.</summary>
    public static string Describe(int vector, ulong at) => vector switch
    {
        0 => $"integer division by zero or overflow at 0x{at:x}",
        1 => $"single step or hardware breakpoint at 0x{at:x}",
        3 => $"breakpoint before 0x{at:x}",
        4 => $"overflow trap before 0x{at:x}",
        6 => $"illegal instruction at 0x{at:x}",
        12 => $"stack address that no pointer can have, at 0x{at:x}",
        13 => $"privileged instruction, or an address that no pointer can have, at 0x{at:x}",
        16 => $"floating-point exception at 0x{at:x}",
        17 => $"unaligned memory access at 0x{at:x}",
        19 => $"vector floating-point exception at 0x{at:x}",
        _ => $"processor exception {vector} at 0x{at:x}",
    };
}
