namespace Muk.Kernel.Linux.Descriptors;

/// <summary>Linux's POLL* bits.</summary>
[Flags]
internal enum PollEvents : ushort
{
    None = 0,
    In = 1,
    Out = 4,
    Error = 8,
    HangUp = 0x10,
    Invalid = 0x20,
}
