using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>The slow paths: is it empty, ended or broken; waiting; many at once.</content>
public sealed unsafe partial class RingConsumer
{
    /// <summary>Copies as many as have arrived and releases them together.</summary>
    /// <returns>How many; 0: <see cref="RingEnd.Status"/> says why.</returns>
    public int TryReceiveMany<T>(Span<T> messages)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sizeof(T), _payloadBytes);
        var count = 0;
        if (_slots)
        {
            // SAFETY: a slot holds _payloadBytes behind its header, checked above to be enough; positions are masked.
            var cursor = _limit = _position;
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

            if (count == 0 && (messages.Length == 0 || !Look(1)))
            {
                return 0;
            }

            _limit = cursor;
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

    /// <summary>Copies the next message and releases it, if there is one. False: <see cref="RingEnd.Status"/> says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReceive<T>(out T message)
        where T : unmanaged
    {
        var slot = _data + ((_position & _mask) * _slotBytes);
        if (!_slots || (uint)sizeof(T) > _payloadBytes || Volatile.Read(ref *(ulong*)slot) != _position + 1)
        {
            return TryReceiveSlowly(out message);
        }

        // SAFETY: the slot holds _payloadBytes behind its header, checked above to be enough.
        message = Unsafe.ReadUnaligned<T>(slot + _payloadOffset);
        _limit = ++_position;
        Publish();

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReceiveSlowly<T>(out T message)
        where T : unmanaged
    {
        message = default;
        return TryReceiveMany(new Span<T>(ref message)) == 1;
    }

    private bool Wait(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        return Wait(1) && TryPeek(out payload);
    }

    /// <summary>Touches the lines that end in what is about to be released.</summary>
    private void Touch()
    {
        if (_position - _released > Capacity)
        {
            return; // A writer that has written over what was not released lies, and has no need of its lines.
        }

        if (!_slots)
        {
            RingTouch.Lines(_data, _released & _mask, _position - _released);
            return;
        }

        var inLine = _slotBytes < RingTouch.LineBytes ? RingTouch.LineBytes / _slotBytes : 1;
        for (var n = _released | (inLine - 1); n < _position; n += inLine)
        {
            RingTouch.Lines(_data, (n & _mask) * _slotBytes, _slotBytes);
        }
    }
}
