using System.Runtime.InteropServices;

namespace Muk.Abi;

/// <summary>The page the orchestrator and one core kernel share. Twin of <c>struct muk_control</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public struct ControlPage
{
    /// <summary>Value of <see cref="Magic"/>.</summary>
    public const ulong MagicValue = 0x314c52544b554d;

    [FieldOffset(0)] public ulong Magic;
    [FieldOffset(8)] public uint Abi;
    [FieldOffset(12)] public uint KernelPid;
    [FieldOffset(16)] public uint KillWord;
    [FieldOffset(20)] public uint KillReason;
    [FieldOffset(24)] public ulong KillRun;
    [FieldOffset(32)] public ulong AskedNs;
    [FieldOffset(128)] public ulong Run;
    [FieldOffset(136)] public ulong Exits;
    [FieldOffset(144)] public ulong SystemCalls;
    [FieldOffset(152)] public ulong Faults;
    [FieldOffset(160)] public ulong Interrupts;
    [FieldOffset(168)] public ulong Parks;
    [FieldOffset(176)] public ulong MemoryBytes;
    [FieldOffset(184)] public ulong StartedNs;
    [FieldOffset(192)] public ulong EndedNs;
}
