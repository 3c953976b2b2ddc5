namespace Muk.Kernel.Memory;

/// <summary>Negative error numbers that the memory calls answer with.</summary>
internal static class Errno
{
    public const long NotPermitted = -1;
    public const long NoMemory = -12;
    public const long Fault = -14;
    public const long Exists = -17;
    public const long Invalid = -22;
}
