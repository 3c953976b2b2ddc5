namespace Muk.Kernel.Linux.Descriptors;

/// <summary>Linux's O_* on x86-64.</summary>
internal static class OpenFlags
{
    public const uint AccessMask = 3;
    public const uint ReadOnly = 0;
    public const uint WriteOnly = 1;
    public const uint ReadWrite = 2;
    public const uint Create = 0x40;
    public const uint Exclusive = 0x80;
    public const uint Truncate = 0x200;
    public const uint Append = 0x400;
    public const uint NonBlocking = 0x800;
    public const uint Directory = 0x10000;
    public const uint NoFollow = 0x20000;
    public const uint CloseOnExec = 0x80000;
    public const uint Path = 0x200000;

    /// <summary>What fcntl F_SETFL may change.</summary>
    public const uint Changeable = Append | NonBlocking;
}
