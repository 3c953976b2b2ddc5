using System.Runtime.CompilerServices;
using Muk.Channel.Rings;

namespace Muk;

/// <summary>An output of messages of one type. Owner: the one thread that writes.</summary>
public sealed class OutPort<T>
    where T : unmanaged
{
    private readonly RingProducer<T> _ring;

    internal OutPort(RingProducer<T> ring) => _ring = ring;

    /// <summary>Why the last operation did not succeed.</summary>
    public RingStatus Status => _ring.Status;

    /// <summary>Sends a copy, waiting for room. False when nobody reads any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Send(in T message) => _ring.Send(in message) == RingStatus.Ok;

    /// <summary>Sends a copy, unless there is no room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySend(in T message) => _ring.TrySend(in message);

    /// <summary>Room for a message, to be written in place, waiting for it; <see cref="Unsafe.IsNullRef"/> is true of it when nobody
    /// reads any more. It holds leftovers of old messages: write every field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Claim() => ref _ring.Claim();

    /// <summary>As <see cref="Claim"/>, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T TryClaim() => ref _ring.TryClaim();

    /// <summary>Shows the claimed message to the reader.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit() => _ring.Commit();

    /// <summary>Waits for room for a message, then gives all the room there is, at most for <paramref name="most"/> messages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingRoom<T> ClaimMany(int most) => _ring.ClaimMany(most);

    /// <summary>As <see cref="ClaimMany"/>, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingRoom<T> TryClaimMany(int most) => _ring.TryClaimMany(most);

    /// <summary>Shows the first <paramref name="count"/> of them to the reader, all at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int count) => _ring.Commit(count);

    /// <summary>Sends copies of all, waiting for room as needed; how many were sent: fewer when nobody reads any more.</summary>
    public int SendMany(ReadOnlySpan<T> messages) => _ring.SendMany(messages);

    /// <summary>Sends copies of as many as there is room for, shown all at once.</summary>
    public int TrySendMany(ReadOnlySpan<T> messages) => _ring.TrySendMany(messages);
}
