using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>Many at once: as many as have arrived, given back together.</content>
public sealed unsafe partial class RingConsumer<T>
{
    /// <summary>Up to <paramref name="most"/> messages in place, without waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingMessages<T> TryPeekMany(int most) => Arrived(most, RingPatience.Try);

    /// <summary>Up to <paramref name="most"/> messages in place, and one at least: waits for that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingMessages<T> PeekMany(int most) => Arrived(most, RingPatience.Wait);

    /// <summary>Gives back the first <paramref name="count"/> messages peeked: the writer may use their room again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int count)
    {
        if (_touches)
        {
            Touch((uint)count);
        }

        var next = _position + (uint)count;
        _position = next;
        Volatile.Write(ref _own->Position, next);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }

    /// <summary>Copies as many as have arrived and releases them together, without waiting.</summary>
    /// <returns>How many; 0: <see cref="RingEnd.Status"/> says why.</returns>
    public int TryReceiveMany(Span<T> messages) => Copy(messages, RingPatience.Try);

    /// <summary>Copies as many as have arrived and releases them together; waits for the first.</summary>
    /// <returns>How many; 0: <see cref="RingEnd.Status"/> says why.</returns>
    public int ReceiveMany(Span<T> messages) => Copy(messages, RingPatience.Wait);

    private int Copy(Span<T> messages, RingPatience patience)
    {
        var arrived = Arrived(messages.Length, patience);
        for (var i = 0; i < arrived.Count; i++)
        {
            messages[i] = arrived[i];
        }

        if (arrived.Count > 0)
        {
            Release(arrived.Count);
        }

        return arrived.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingMessages<T> Arrived(int most, RingPatience patience)
    {
        // SAFETY: masked, and the count ends with the ring's last slot.
        var position = _position;
        var slot = position & _mask;
        var first = (byte*)RingSlot<T>.Header(_data, slot);
        if (most <= 0 || (Volatile.Read(ref *(ulong*)first) != position + 1 && !Arrives(patience)))
        {
            return default;
        }

        var row = (uint)Math.Min(_mask + 1 - slot, (ulong)most);
        var count = 1u;
        while (count < row && Volatile.Read(ref *RingSlot<T>.Header(first, count)) == position + count + 1)
        {
            count++;
        }

        return new(first, (int)count);
    }
}
