using Muk.Channel.Rings;

namespace Muk;

/// <summary>A port of this MUK that something is linked to.</summary>
/// <param name="Ring">Where its ring is.</param>
/// <param name="Wait">How it waits.</param>
/// <param name="Parking">How it sleeps.</param>
internal sealed record GuestPort(nint Ring, RingWait Wait, GuestParking Parking);
