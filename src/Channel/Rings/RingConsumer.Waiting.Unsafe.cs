using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>The slow paths: is it empty, ended or broken; waiting; many at once.</content>
public sealed unsafe partial class RingConsumer
{
    /// <summary>Copies as many as have arrived and releases them together.</summary>
    /// <returns>How many; 0: <see cref="Status"/> says why.</returns>
    public int TryReceiveMany<T>(Span<T> messages)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sizeof(T), _payloadBytes);
        var count = 0;
        if (_slots)
        {
            // SAFETY: a slot holds _payloadBytes behind its header, checked above to be enough; positions are masked.
            var cursor = _behind = _cursor;
            while (count < messages.Length)
            {
                var slot = _data + ((cursor & _mask) * _slotBytes);
                if (Volatile.Read(ref *(ulong*)slot) != cursor + 1)
                {
                    break;
                }

                messages[count++] = Unsafe.ReadUnaligned<T>(slot + _payloadOffset);
                cursor++;
            }

            if (count == 0 && (messages.Length == 0 || !Arrived()))
            {
                return 0;
            }

            _behind = cursor;
        }
        else
        {
            while (count < messages.Length && TryPeek(out var payload))
            {
                if (payload.Length < sizeof(T))
                {
                    break;
                }

                messages[count++] = Unsafe.ReadUnaligned<T>(ref Unsafe.AsRef(in payload[0]));
                Advance();
            }
        }

        if (count > 0)
        {
            Release();
        }

        return count;
    }

    /// <summary>Copies the next message of one type and releases it, without waiting. False: <see cref="Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive<T>(out T message)
        where T : unmanaged
    {
        var slot = _data + ((_cursor & _mask) * _slotBytes);
        if (!_slots || (uint)sizeof(T) > _payloadBytes || Volatile.Read(ref *(ulong*)slot) != _cursor + 1)
        {
            return TryReceiveSlowly(out message);
        }

        // SAFETY: the slot holds _payloadBytes behind its header, checked above to be enough.
        message = Unsafe.ReadUnaligned<T>(slot + _payloadOffset);
        _behind = ++_cursor;
        Volatile.Write(ref _end.Own->Position, _cursor);
        if (_peerParks)
        {
            _end.WakePeerIfParked();
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReceiveSlowly<T>(out T message)
        where T : unmanaged
    {
        message = default;
        return TryReceiveMany(new Span<T>(ref message)) == 1;
    }

    /// <summary>The header word was not the next message's: why? True when it has arrived after all.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Arrived()
    {
        if (_status is RingStatus.Ended or RingStatus.PeerFailed or RingStatus.Corrupt)
        {
            return false; // What ended stays so.
        }

        // State before the word: a writer's last message comes before its state.
        var state = _end.PeerStatus(RingStatus.Empty);
        var word = Volatile.Read(ref *(ulong*)(_data + (_slots ? (_cursor & _mask) * _slotBytes : _cursor & _mask)));
        if (_slots ? word == _cursor + 1 : word != 0)
        {
            return true;
        }

        // What was there before: nothing in the first lap, then the message of one lap ago.
        var before = _slots && _cursor >= _capacity ? _cursor + 1 - _capacity : 0;
        _status = word == before ? state : RingStatus.Corrupt;
        PublishStatistics();
        return false;
    }

    private bool Wait(out ReadOnlySpan<byte> payload)
    {
        _end.BeginWait();
        while (true)
        {
            if (_end.Kicked)
            {
                _status = RingStatus.Cancelled;
                payload = default;
                return false;
            }

            var parked = _end.Pause(out var bellSeen);
            var found = TryPeek(out payload);
            if (parked && !found && _status == RingStatus.Empty)
            {
                _end.Sleep(bellSeen);
            }
            else if (parked)
            {
                _end.Unpark();
            }

            if (found || _status != RingStatus.Empty)
            {
                return found;
            }
        }
    }

    private void PublishStatistics()
    {
        _end.Own->Messages = _slots ? _cursor : _messages;
        _end.Own->Bytes = _slots ? _cursor * _payloadBytes : _bytes;
    }
}
