using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>Copying forms, one message and many.</content>
public sealed unsafe partial class RingProducer
{
    /// <summary>Copies a message into the ring, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (!TryClaim(message.Length, out var payload))
        {
            return false;
        }

        message.CopyTo(payload);
        Commit(message.Length);
        return true;
    }

    /// <summary>Copies a message into the ring, waiting for room.</summary>
    public RingStatus Send(ReadOnlySpan<byte> message)
    {
        if (Claim(message.Length, out var payload) is not RingStatus.Ok and var status)
        {
            return status;
        }

        message.CopyTo(payload);
        Commit(message.Length);
        return RingStatus.Ok;
    }

    /// <summary>Copies a message of one type, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySend<T>(in T message)
        where T : unmanaged
    {
        if (!_slots || (uint)sizeof(T) > _payloadBytes || _held is not null || (_position == _limit && !Look(1)))
        {
            return TrySend(new ReadOnlySpan<byte>(Unsafe.AsPointer(ref Unsafe.AsRef(in message)), sizeof(T)));
        }

        // SAFETY: the slot has room for _payloadBytes behind its header, checked above to be enough.
        var slot = _data + ((_position & _mask) * _slotBytes);
        Unsafe.WriteUnaligned(slot + _payloadOffset, message);
        Volatile.Write(ref *(ulong*)slot, ++_position);
        if (_peerParks)
        {
            WakePeerIfParked();
        }

        return true;
    }

    /// <summary>Copies as many as there is room for and shows them at once.</summary>
    /// <returns>How many; less than all: <see cref="RingEnd.Status"/> says why.</returns>
    public int TrySendMany<T>(ReadOnlySpan<T> messages)
        where T : unmanaged
    {
        if ((uint)sizeof(T) > _payloadBytes)
        {
            ThrowTooLarge(sizeof(T));
        }

        if (!_slots)
        {
            return SendManyRecords(messages);
        }

        Flush();
        if (_limit - _position < (ulong)messages.Length && !Look((ulong)messages.Length) && _status != RingStatus.Full)
        {
            return 0;
        }

        var count = (int)Math.Min(_limit - _position, (ulong)messages.Length);
        if (count == 0)
        {
            return 0;
        }

        // SAFETY: each slot has room for _payloadBytes behind its header; positions are masked.
        var first = (ulong*)(_data + ((_position & _mask) * _slotBytes));
        Unsafe.WriteUnaligned((byte*)first + _payloadOffset, messages[0]);
        for (var i = 1; i < count; i++)
        {
            var slot = _data + (((_position + (uint)i) & _mask) * _slotBytes);
            Unsafe.WriteUnaligned(slot + _payloadOffset, messages[i]);
            Volatile.Write(ref *(ulong*)slot, _position + (uint)i + 1);
        }

        var word = _position + 1;
        _position += (uint)count;
        Volatile.Write(ref *first, word); // The first header last: all become visible together.
        if (_peerParks)
        {
            WakePeerIfParked();
        }

        return count;
    }

    private int SendManyRecords<T>(ReadOnlySpan<T> messages)
        where T : unmanaged
    {
        var count = 0;
        while (count < messages.Length && TryClaim(sizeof(T), out var payload))
        {
            Unsafe.WriteUnaligned(ref payload[0], messages[count++]);
            Stage(sizeof(T));
        }

        Flush();
        return count;
    }
}
