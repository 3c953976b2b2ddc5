using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Images;

namespace Muk.Kernel.Machines;

/// <summary>What a machine is to load. Validated: nothing here is refused later but for what the host cannot do.</summary>
/// <param name="Image">The parsed image file.</param>
/// <param name="Arguments">argv, the name first; at most <see cref="ArgumentBytesMax"/> bytes together.</param>
/// <param name="Environment">envp, "NAME=value".</param>
/// <param name="MemoryBytes">Limit of committed memory.</param>
/// <param name="StackBytes">Limit of the stack.</param>
/// <param name="Rings">For each linked port, its index in the boot block and the ring to map; the machine maps header
/// and the peer's page read only, data read only for a consumer.</param>
/// <param name="Boot">The boot block, complete but for <see cref="BootBlock.Machine"/> and the ring addresses,
/// which are <see cref="GuestLayout.RingsAddress"/> + index × <see cref="GuestLayout.RingStride"/>.</param>
public sealed record GuestPlan(
    MukImage Image,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Environment,
    ulong MemoryBytes,
    ulong StackBytes,
    IReadOnlyList<GuestRing> Rings,
    BootBlock Boot)
{
    /// <summary>Most bytes of argv and envp together.</summary>
    public const int ArgumentBytesMax = 64 * 1024;
}

/// <summary>A ring to map into the guest.</summary>
/// <param name="Port">Its index in the boot block.</param>
/// <param name="Direction">As the guest sees it.</param>
/// <param name="Path">Of the ring's shared-memory file.</param>
/// <param name="DataBytes">Of its data.</param>
/// <param name="File">Which file the path leads to, so that one that is mapped already need not be mapped again; the default where
/// that is not known.</param>
/// <param name="Flags">Of its header.</param>
public sealed record GuestRing(
    int Port, PortDirection Direction, string Path, ulong DataBytes, FileIdentity File = default, RingFlags Flags = RingFlags.None)
{
    /// <summary>May the guest write the ring's data? Its producer writes messages, and a consumer may touch what it has read.</summary>
    public bool WritesData => Direction == PortDirection.Out || Flags.HasFlag(RingFlags.ConsumerTouches);
}
