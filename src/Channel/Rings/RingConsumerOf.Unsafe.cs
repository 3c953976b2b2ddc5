using System.Runtime.CompilerServices;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The reading end of a ring of messages of one type. Its sizes are constants, so that an operation is a handful
/// of instructions. Owner: the one thread that reads; nothing here allocates once it is open.</summary>
/// <typeparam name="T">The message.</typeparam>
public sealed unsafe partial class RingConsumer<T> : RingConsumerEnd
    where T : unmanaged
{
    // SAFETY: the ring's slots are of RingSlot<T>'s size (checked when it is opened), and positions are masked.
    internal RingConsumer(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(RingSlot<T>.Check(memory), wait, parking, kick)
    {
    }

    /// <summary>An end that nothing is linked to.</summary>
    internal RingConsumer()
        : base(RingMemory.Nowhere((uint)sizeof(T)), RingWait.Spin, null, null) => _status = RingStatus.Ended;

    /// <summary>The next message in place, without waiting. A null reference (<see cref="Unsafe.IsNullRef"/>):
    /// <see cref="RingEnd.Status"/> says why. The writer can change it while it is being read, if it is hostile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly T TryPeek()
    {
        if (Volatile.Read(ref *RingSlot<T>.Header(_data, _position & _mask)) != _position + 1 && !Arrives(RingPatience.Try))
        {
            return ref Unsafe.NullRef<T>();
        }

        return ref *RingSlot<T>.Payload(_data, _position & _mask);
    }

    /// <summary>The next message in place, waiting for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly T Peek()
    {
        if (Volatile.Read(ref *RingSlot<T>.Header(_data, _position & _mask)) != _position + 1 && !Arrives(RingPatience.Wait))
        {
            return ref Unsafe.NullRef<T>();
        }

        return ref *RingSlot<T>.Payload(_data, _position & _mask);
    }

    /// <summary>Gives back the message peeked: the writer may use its room again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        if (_touches)
        {
            Touch(1);
        }

        var next = _position + 1;
        _position = next;
        Volatile.Write(ref _own->Position, next);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }

    /// <summary>Copies the next message and releases it, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive(out T message)
    {
        ref readonly var next = ref TryPeek();
        if (Unsafe.IsNullRef(in next))
        {
            message = default;
            return false;
        }

        message = next;
        Release();
        return true;
    }

    /// <summary>Copies the next message and releases it, waiting for it. <see cref="RingStatus.Ok"/>, or why there will be none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus Receive(out T message)
    {
        ref readonly var next = ref Peek();
        if (Unsafe.IsNullRef(in next))
        {
            message = default;
            return _status;
        }

        message = next;
        Release();
        return RingStatus.Ok;
    }

    /// <summary>Touches the lines that end in the first <paramref name="count"/> messages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Touch(uint count)
    {
        var inLine = RingSlot<T>.Bytes < RingTouch.LineBytes ? RingTouch.LineBytes / RingSlot<T>.Bytes : 1;
        var end = _position + count;
        for (var n = _position | (inLine - 1); n < end; n += inLine)
        {
            RingTouch.Lines(_data, (n & _mask) * RingSlot<T>.Bytes, RingSlot<T>.Bytes);
        }
    }
}
