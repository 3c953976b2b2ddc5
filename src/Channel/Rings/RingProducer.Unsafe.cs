using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The writing side of a ring. Owner: the one thread that writes; nothing here allocates once it is open.</summary>
/// <remarks>A message is claimed, filled in place and committed; <see cref="Stage"/> holds messages back until
/// <see cref="Flush"/> shows them all at once. What is not committed when the producer dies was never there.</remarks>
public sealed unsafe partial class RingProducer : RingProducerEnd
{
    // SAFETY: positions are masked before they become addresses into data that the base class keeps mapped.
    private readonly ulong _slotBytes;
    private readonly uint _payloadBytes;
    private readonly uint _payloadOffset;
    private readonly bool _slots;
    private ulong _heldWord; // What the header word held back by Stage will read.
    private uint _claimed;

    private RingProducer(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(memory, wait, parking, kick)
    {
        _slots = Slots;
        _slotBytes = _header.SlotBytes;
        _payloadBytes = _header.PayloadBytes;
        _payloadOffset = _header.PayloadOffset;
    }

    /// <summary>Opens the writing side, going on behind the last message that was committed to it.</summary>
    /// <param name="kick">Ends this side's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingProducer Open(string path, RingWait wait, KickWord? kick = null) =>
        new(RingMemory.Open(path, PortDirection.Out), wait, null, kick);

    /// <summary>Opens an end of a ring that lies in this program's memory already.</summary>
    /// <param name="ring">Address of its header page.</param>
    /// <exception cref="RingFormatException">There is no ring.</exception>
    public static RingProducer At(nint ring, RingWait wait, RingParking parking) => new(RingMemory.At(ring), wait, parking, null);

    /// <summary>Room for a message, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    /// <param name="bytes">Of the message; at most <see cref="RingEnd.PayloadBytes"/>.</param>
    /// <param name="payload">Where to write it; it holds leftovers of old messages.</param>
    public bool TryClaim(int bytes, out Span<byte> payload)
    {
        if ((uint)bytes > _payloadBytes)
        {
            ThrowTooLarge(bytes);
        }

        _claimed = (uint)bytes;
        byte* at;
        if (_slots)
        {
            if (_position == _limit && !Look(1))
            {
                payload = default;
                return false;
            }

            at = _data + ((_position & _mask) * _slotBytes);
        }
        else
        {
            var need = RingGeometry.RecordBytes((uint)bytes, _payloadOffset) + _payloadOffset;
            if (_limit - _position < need && !Look(need))
            {
                payload = default;
                return false;
            }

            at = _data + (_position & _mask);
        }

        payload = new Span<byte>(at + _payloadOffset, bytes);
        return true;
    }

    /// <summary>Room for a message, waiting for it. <see cref="RingStatus.Ok"/>, or why there will be none.</summary>
    public RingStatus Claim(int bytes, out Span<byte> payload) =>
        TryClaim(bytes, out payload) || (_status == RingStatus.Full && Wait(bytes, out payload)) ? RingStatus.Ok : _status;

    /// <summary>Shows the claimed message (and all staged before it) to the reader.</summary>
    /// <param name="bytes">Records: what the message came to, at most what was claimed. Slots: not used.</param>
    public void Commit(int bytes)
    {
        if (_held is not null)
        {
            Stage(bytes);
            Flush();
            return;
        }

        Volatile.Write(ref *Next(bytes, out var word), word);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }

    /// <summary>Finishes the claimed message and holds it back until <see cref="Flush"/>.</summary>
    public void Stage(int bytes)
    {
        if (_held is null)
        {
            _shown = (_position, _messages, _bytes);
            _held = Next(bytes, out _heldWord);
            return;
        }

        var at = Next(bytes, out var word);

        Volatile.Write(ref *at, word);
    }

    /// <summary>Shows what was staged.</summary>
    public void Flush()
    {
        if (_held is null)
        {
            return;
        }

        Volatile.Write(ref *_held, _heldWord);
        _held = null;
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }

    private protected override void Finish() => Flush();

    /// <summary>Moves behind the claimed message and gives the header word that will show it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Next(int bytes, out ulong word)
    {
        if (_slots)
        {
            var slot = (ulong*)(_data + ((_position & _mask) * _slotBytes));
            word = ++_position;
            return slot;
        }

        if ((uint)bytes > _claimed)
        {
            ThrowTooLarge(bytes);
        }

        var header = (ulong*)(_data + (_position & _mask));
        word = RingWords.Record(_position, (uint)bytes);
        _position += RingGeometry.RecordBytes((uint)bytes, _payloadOffset);
        *(ulong*)(_data + (_position & _mask)) = 0; // The next header word, before this one: stale bytes are never taken for it.
        _messages++;
        _bytes += (uint)bytes;
        return header;
    }

    private void ThrowTooLarge(int bytes) => throw new ArgumentOutOfRangeException(
        nameof(bytes), bytes, $"a message of this ring has at most {_payloadBytes} bytes, and no more than were claimed");
}
