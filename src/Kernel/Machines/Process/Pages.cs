namespace Muk.Kernel.Machines.Process;

/// <summary>Arithmetic of pages of 4 KiB.</summary>
internal static class Pages
{
    public const ulong Bytes = 4096;

    public static ulong Up(ulong value) => (value + Bytes - 1) & ~(Bytes - 1);

    public static ulong Down(ulong value) => value & ~(Bytes - 1);
}
