using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <content>Waiting for several things at once, which its owner does itself: it looks, parks every side it waits for, looks once more,
/// sleeps on all the bells, and unparks.</content>
// SAFETY: _end points into the memory that this object keeps mapped.
public sealed unsafe partial class RingProducer
{
    /// <summary>Pauses before this side may park; <see cref="uint.MaxValue"/>: it never may, since nobody would ring.</summary>
    public uint SpinIterations => _end.SpinIterations;

    /// <summary>How far the reader has come, as it says itself: for telling whether it has moved.</summary>
    public ulong PeerPosition => Volatile.Read(ref _end.Peer->Position);

    /// <summary>Counts a wait.</summary>
    public void BeginWait() => _end.BeginWait();

    /// <summary>Says that this side is about to sleep; the bell to sleep on once it has looked again. Only where it may park.</summary>
    public Bell Park() => _end.Park();

    /// <summary>Awake again.</summary>
    public void Unpark() => _end.Unpark();
}
