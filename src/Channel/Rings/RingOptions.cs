using Muk.Abi;

namespace Muk.Channel.Rings;

/// <summary>What a new ring is to be like.</summary>
/// <param name="Kind">Messages of one size, or each with its length.</param>
/// <param name="PayloadBytes">Slots: the message's size. Records: the largest message's.</param>
/// <param name="PayloadAlign">What payloads are aligned to: a power of two, at most 64.</param>
/// <param name="CapacityBytes">Wished size of the data in bytes, headers and padding included; rounded to what the kind
/// allows, and raised to what it needs at least.</param>
/// <param name="Flags">Which sides may park, and whether the consumer touches what it has read.</param>
/// <param name="TypeHash">Of the ports' type, 0 for bytes.</param>
public sealed record RingOptions(
    RingKind Kind,
    uint PayloadBytes,
    uint PayloadAlign = 8,
    long CapacityBytes = 64 * 1024,
    RingFlags Flags = RingFlags.None,
    ulong TypeHash = 0)
{
    /// <summary>Largest payload of any ring, in bytes.</summary>
    public const uint PayloadBytesMax = (uint)(RingLayout.DataBytesMax / 4);

    /// <summary>The header of such a ring.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits.</exception>
    public RingHeader ToHeader()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PayloadBytes, PayloadBytesMax);
        ArgumentOutOfRangeException.ThrowIfZero(PayloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PayloadAlign, 64u);
        ArgumentOutOfRangeException.ThrowIfNotEqual(System.Numerics.BitOperations.IsPow2(PayloadAlign), true, nameof(PayloadAlign));
        ArgumentOutOfRangeException.ThrowIfNegative(CapacityBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CapacityBytes, RingLayout.DataBytesMax);
        return Kind switch
        {
            RingKind.Slots => RingGeometry.Slots(this),
            RingKind.Records => RingGeometry.Records(this),
            _ => throw new ArgumentOutOfRangeException(nameof(Kind)),
        };
    }
}
