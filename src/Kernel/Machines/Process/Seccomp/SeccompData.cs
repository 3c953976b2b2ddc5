namespace Muk.Kernel.Machines.Process.Seccomp;

/// <summary>Offsets into <c>struct seccomp_data</c>, and the verdicts of a filter (linux/seccomp.h).</summary>
public static class SeccompData
{
    public const int Bytes = 64;
    public const uint Number = 0;
    public const uint Architecture = 4;
    public const uint InstructionPointer = 8;

    /// <summary>AUDIT_ARCH_X86_64.</summary>
    public const uint X64 = 0xc000003e;

    public const uint Allow = 0x7fff0000;
    public const uint Notify = 0x7fc00000;
    public const uint KillProcess = 0x80000000;

    /// <summary>The low half of argument <paramref name="index"/>.</summary>
    public static uint Low(int index) => 16 + ((uint)index * 8);

    /// <summary>The high half of argument <paramref name="index"/>.</summary>
    public static uint High(int index) => Low(index) + 4;

    /// <summary>The call comes back with this errno.</summary>
    public static uint Error(uint errno) => 0x00050000 | errno;
}
