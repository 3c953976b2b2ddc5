using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>Many at once: all become visible together, because the first one's header word is written last.</content>
public sealed unsafe partial class RingProducer<T>
{
    /// <summary>Room for up to <paramref name="most"/> messages in place, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingRoom<T> TryClaimMany(int most) => Rooms(most, RingPatience.Try);

    /// <summary>Room for up to <paramref name="most"/> messages in place, and for one at least: waits for that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingRoom<T> ClaimMany(int most) => Rooms(most, RingPatience.Wait);

    /// <summary>Shows the first <paramref name="count"/> claimed messages together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is not that much room.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int count)
    {
        var position = _position;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, _limit - position, nameof(count));
        if (count == 0)
        {
            return;
        }

        var first = (byte*)RingSlot<T>.Header(_data, position & _mask);
        for (var i = 1u; i < (uint)count; i++)
        {
            *RingSlot<T>.Header(first, i) = position + i + 1;
        }

        Show(first, position, (uint)count);
    }

    /// <summary>Copies as many as there is room for and shows them together.</summary>
    /// <returns>How many; less than all: <see cref="RingEnd.Status"/> may say why, or the rest goes into the ring's next lap.</returns>
    public int TrySendMany(ReadOnlySpan<T> messages) => messages.IsEmpty ? 0 : Copy(messages, RingPatience.Try);

    /// <summary>Copies all messages, in as few steps as there is room for, waiting for room.</summary>
    /// <returns>How many; less than all: <see cref="RingEnd.Status"/> says why.</returns>
    public int SendMany(ReadOnlySpan<T> messages)
    {
        var sent = 0;
        while (sent < messages.Length)
        {
            var count = Copy(messages[sent..], RingPatience.Wait);
            if (count == 0)
            {
                break;
            }

            sent += count;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingRoom<T> Rooms(int most, RingPatience patience)
    {
        if (_limit - _position < (ulong)most && !Room(1, patience))
        {
            return default;
        }

        var slot = _position & _mask;
        var count = Math.Min(Math.Min(_limit - _position, _mask + 1 - slot), (ulong)Math.Max(most, 0));
        return new((byte*)RingSlot<T>.Header(_data, slot), (int)count);
    }

    /// <summary>Whole messages one after the other, from their first byte to their last: a core has more lines on their way
    /// then than when it goes back for header words.</summary>
    private int Copy(ReadOnlySpan<T> messages, RingPatience patience)
    {
        var count = Rooms(messages.Length, patience).Count;
        if (count == 0)
        {
            return 0;
        }

        // SAFETY: Rooms gave so many slots in a row.
        var position = _position;
        var first = (byte*)RingSlot<T>.Header(_data, position & _mask);
        *RingSlot<T>.Payload(first, 0) = messages[0];
        for (var i = 1; i < count; i++)
        {
            *RingSlot<T>.Header(first, (uint)i) = position + (uint)i + 1;
            *RingSlot<T>.Payload(first, (uint)i) = messages[i];
        }

        Show(first, position, (uint)count);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Show(byte* first, ulong position, uint count)
    {
        _position = position + count;
        Volatile.Write(ref *(ulong*)first, position + 1);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }
}
