using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <summary>Room for messages in place, as <see cref="RingProducer{T}.ClaimMany"/> gives it. Good until the next operation of
/// its end.</summary>
public readonly unsafe ref struct RingRoom<T>
    where T : unmanaged
{
    // SAFETY: a slot of the ring behind which _count - 1 more lie in a row, and an index is checked.
    private readonly byte* _first;
    private readonly int _count;

    internal RingRoom(byte* first, int count)
    {
        _first = first;
        _count = count;
    }

    /// <summary>Messages; 0: the end's status says why.</summary>
    public int Count => _count;

    /// <summary>The message's place; it holds leftovers of old messages.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has no such message.</exception>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            return ref *RingSlot<T>.Payload(_first, (uint)index);
        }
    }
}
