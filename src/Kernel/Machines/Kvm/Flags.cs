namespace Muk.Kernel.Machines.Kvm;

/// <summary>RFLAGS.</summary>
internal static class Flags
{
    /// <summary>IOPL 3: ring 3 may use ports, which is how it leaves the guest.</summary>
    public const ulong PrivilegeLevel3 = 0x3000;

    /// <summary>What a guest starts with: the bit that is always set, interrupts on.</summary>
    public const ulong Initial = 0x202 | PrivilegeLevel3;

    /// <summary>CF, PF, AF, ZF, SF, TF, DF, OF, AC and ID: what ring 3 may choose.</summary>
    private const ulong User = 0x240dd5;

    /// <summary>Flags to go on with, of which the guest chose some.</summary>
    public static ulong Sanitize(ulong flags) => (flags & User) | Initial;
}
