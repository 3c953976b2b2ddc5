namespace Muk.Channel.Rings;

/// <summary>How a side waits for the other: so many pauses, and then it sleeps.</summary>
/// <param name="SpinIterations">Pauses before it parks; 0 at once, <see cref="uint.MaxValue"/> never.</param>
/// <remarks>A side that the ring's header does not allow to park (<see cref="Abi.RingFlags"/>) spins whatever this says,
/// because the other side would not look for it.</remarks>
public readonly record struct RingWait(uint SpinIterations)
{
    /// <summary>Never parks: for a side that owns its core.</summary>
    public static RingWait Spin => new(uint.MaxValue);

    /// <summary>Parks at once: for a side that shares its core with the other.</summary>
    public static RingWait Park => new(0);

    /// <summary>Spins for some microseconds first: for a side whose core has other work.</summary>
    public static RingWait SpinThenPark => new(2000);
}
