using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <summary>Messages in place, as <see cref="RingConsumer{T}.PeekMany"/> gives them. Good until they are released.</summary>
public readonly unsafe ref struct RingMessages<T>
    where T : unmanaged
{
    // SAFETY: a slot of the ring behind which _count - 1 more lie in a row, and an index is checked.
    private readonly byte* _first;
    private readonly int _count;

    internal RingMessages(byte* first, int count)
    {
        _first = first;
        _count = count;
    }

    /// <summary>Messages; 0: the end's status says why.</summary>
    public int Count => _count;

    /// <summary>The message. The writer can change it while it is being read, if it is hostile.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has no such message.</exception>
    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            return ref *RingSlot<T>.Payload(_first, (uint)index);
        }
    }

    /// <summary>Over the messages in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks over messages.</summary>
    public ref struct Enumerator
    {
        private readonly RingMessages<T> _messages;
        private int _index;

        internal Enumerator(RingMessages<T> messages)
        {
            _messages = messages;
            _index = -1;
        }

        public readonly ref readonly T Current
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ref *RingSlot<T>.Payload(_messages._first, (uint)_index);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext() => ++_index < _messages._count;
    }
}
