using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Signals;

/// <summary><c>struct sigaction</c> as rt_sigaction has it on x86-64.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    public const ulong Default = 0;
    public const ulong Ignore = 1;
    public const ulong FlagSigInfo = 4;
    public const ulong FlagOnStack = 0x08000000;
    public const ulong FlagRestart = 0x10000000;
    public const ulong FlagNoDefer = 0x40000000;
    public const ulong FlagResetHand = 0x80000000;

    public ulong Handler;
    public ulong Flags;
    public ulong Restorer;
    public ulong Mask;

    public readonly bool HasHandler => Handler > Ignore;
}
