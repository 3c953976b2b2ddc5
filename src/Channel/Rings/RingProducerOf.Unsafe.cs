using System.Runtime.CompilerServices;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The writing end of a ring of messages of one type. Its sizes are constants, so that an operation is a handful
/// of instructions. Owner: the one thread that writes; nothing here allocates once it is open.</summary>
/// <typeparam name="T">The message.</typeparam>
public sealed unsafe partial class RingProducer<T> : RingProducerEnd
    where T : unmanaged
{
    // SAFETY: the ring's slots are of RingSlot<T>'s size (checked when it is opened), and positions are masked.
    internal RingProducer(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(RingSlot<T>.Check(memory), wait, parking, kick)
    {
    }

    /// <summary>An end that nothing is linked to.</summary>
    internal RingProducer()
        : base(RingMemory.Nowhere((uint)sizeof(T)), RingWait.Spin, null, null) => _limit = ulong.MaxValue;

    /// <summary>Copies a message into the ring, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySend(in T message)
    {
        if (_position == _limit && !Room(1, RingPatience.Try))
        {
            return false;
        }

        Put(message);
        return true;
    }

    /// <summary>Copies a message into the ring, waiting for room. <see cref="RingStatus.Ok"/>, or why there will be none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus Send(in T message)
    {
        if (_position == _limit && !Room(1, RingPatience.Wait))
        {
            return _status;
        }

        Put(message);
        return RingStatus.Ok;
    }

    /// <summary>Room for a message in place, without waiting; what it holds are leftovers. A null reference
    /// (<see cref="Unsafe.IsNullRef"/>): <see cref="RingEnd.Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T TryClaim()
    {
        if (_position == _limit && !Room(1, RingPatience.Try))
        {
            return ref Unsafe.NullRef<T>();
        }

        return ref *RingSlot<T>.Payload(_data, _position & _mask);
    }

    /// <summary>Room for a message in place, waiting for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Claim()
    {
        if (_position == _limit && !Room(1, RingPatience.Wait))
        {
            return ref Unsafe.NullRef<T>();
        }

        return ref *RingSlot<T>.Payload(_data, _position & _mask);
    }

    /// <summary>Shows the claimed message to the reader.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit()
    {
        var position = _position;
        var next = position + 1;
        _position = next;
        Volatile.Write(ref *RingSlot<T>.Header(_data, position & _mask), next);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(in T message)
    {
        *RingSlot<T>.Payload(_data, _position & _mask) = message;
        Commit();
    }
}
