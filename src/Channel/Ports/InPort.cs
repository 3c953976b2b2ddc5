using System.Runtime.CompilerServices;
using Muk.Channel.Rings;

namespace Muk;

/// <summary>An input of messages of one type. Owner: the one thread that reads.</summary>
/// <remarks>A message counts as read when it is released: after a crash the one in hand is delivered again.</remarks>
public sealed class InPort<T>
    where T : unmanaged
{
    private readonly RingConsumer<T> _ring;

    internal InPort(RingConsumer<T> ring) => _ring = ring;

    /// <summary>Why the last operation gave nothing.</summary>
    public RingStatus Status => _ring.Status;

    /// <summary>Whether every message has been read and none will come.</summary>
    public bool Ended => _ring.Status is RingStatus.Ended or RingStatus.PeerFailed;

    /// <summary>Copies the next message and releases it, waiting for it. False at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Receive(out T message) => _ring.Receive(out message) == RingStatus.Ok;

    /// <summary>Copies the next message and releases it, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive(out T message) => _ring.TryReceive(out message);

    /// <summary>The next message where it lies, waiting for it; <see cref="Unsafe.IsNullRef"/> is true of it at the end. Good until
    /// <see cref="Release()"/>; peeked again before that, it is the same message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly T Peek() => ref _ring.Peek();

    /// <summary>As <see cref="Peek"/>, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly T TryPeek() => ref _ring.TryPeek();

    /// <summary>Gives the message peeked back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release() => _ring.Release();

    /// <summary>Waits for a message, then gives all that have arrived, at most <paramref name="most"/>, where they lie; none at
    /// the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingMessages<T> PeekMany(int most) => _ring.PeekMany(most);

    /// <summary>As <see cref="PeekMany"/>, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingMessages<T> TryPeekMany(int most) => _ring.TryPeekMany(most);

    /// <summary>Gives the first <paramref name="count"/> of them back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int count) => _ring.Release(count);

    /// <summary>Waits for a message, then copies and releases all that have arrived and fit; how many, 0 at the end.</summary>
    public int ReceiveMany(Span<T> messages) => _ring.ReceiveMany(messages);

    /// <summary>As <see cref="ReceiveMany"/>, without waiting.</summary>
    public int TryReceiveMany(Span<T> messages) => _ring.TryReceiveMany(messages);
}
