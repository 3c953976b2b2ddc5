using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The reading side of a ring. Owner: the one thread that reads; nothing here allocates once it is open.</summary>
/// <remarks>Peek gives the next message in place; <see cref="Release"/> gives back all that was peeked, and only then
/// counts it as read. <see cref="Advance"/> goes on to the next message without giving back, for batches.</remarks>
public sealed unsafe partial class RingConsumer : RingConsumerEnd
{
    // SAFETY: positions are masked before they become addresses into data that the base class keeps mapped, and a length is
    // checked against the ring's largest payload, which the double mapping holds from any position.
    private readonly ulong _slotBytes;
    private readonly uint _payloadBytes;
    private readonly uint _payloadOffset;
    private readonly bool _slots;
    private ulong _released; // What lies before it is the writer's again.
    private uint _peeked;

    private RingConsumer(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(memory, wait, parking, kick)
    {
        _slots = Slots;
        _slotBytes = _header.SlotBytes;
        _payloadBytes = _header.PayloadBytes;
        _payloadOffset = _header.PayloadOffset;
        _released = _position;
    }

    /// <summary>Opens the reading side, at the first message that was not released.</summary>
    /// <param name="kick">Ends this side's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingConsumer Open(string path, RingWait wait, KickWord? kick = null) =>
        new(RingMemory.Open(path, PortDirection.In), wait, null, kick);

    /// <summary>Opens an end of a ring that lies in this program's memory already.</summary>
    /// <param name="ring">Address of its header page.</param>
    /// <exception cref="RingFormatException">There is no ring.</exception>
    public static RingConsumer At(nint ring, RingWait wait, RingParking parking) => new(RingMemory.At(ring), wait, parking, null);

    /// <summary>The next message, without waiting. False: <see cref="RingEnd.Status"/> says why.</summary>
    /// <param name="payload">In place: the writer can change it while it is being read, if it is hostile.</param>
    public bool TryPeek(out ReadOnlySpan<byte> payload)
    {
        byte* at;
        if (_slots)
        {
            at = _data + ((_position & _mask) * _slotBytes);
            if (Volatile.Read(ref *(ulong*)at) != _position + 1 && !Look(1))
            {
                payload = default;
                return false;
            }

            _limit = _position + 1;
            payload = new ReadOnlySpan<byte>(at + _payloadOffset, (int)_payloadBytes);
            return true;
        }

        at = _data + (_position & _mask);
        var word = Volatile.Read(ref *(ulong*)at); // Read once; what it says later is of no interest.
        if (word == 0)
        {
            if (!Look(1))
            {
                payload = default;
                return false;
            }

            word = Volatile.Read(ref *(ulong*)at);
        }

        _peeked = RingWords.Length(word);
        if (!RingWords.IsRecord(word, _position) || _peeked > _payloadBytes || _status == RingStatus.Corrupt)
        {
            _status = RingStatus.Corrupt;
            payload = default;
            return false;
        }

        _limit = _position + RingGeometry.RecordBytes(_peeked, _payloadOffset);
        payload = new ReadOnlySpan<byte>(at + _payloadOffset, (int)_peeked);
        return true;
    }

    /// <summary>The next message, waiting for it. <see cref="RingStatus.Ok"/>, or why there will be none.</summary>
    public RingStatus Peek(out ReadOnlySpan<byte> payload) =>
        TryPeek(out payload) || (_status == RingStatus.Empty && Wait(out payload)) ? RingStatus.Ok : _status;

    /// <summary>Goes on to the next message and keeps the one peeked.</summary>
    public void Advance()
    {
        if (_limit != _position && !_slots)
        {
            _messages++;
            _bytes += _peeked;
        }

        _position = _limit;
    }

    /// <summary>Gives back everything peeked so far: the writer may use its room again.</summary>
    public void Release()
    {
        Advance();
        Publish();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Publish()
    {
        if (_touches)
        {
            Touch();
        }

        _released = _position;
        Volatile.Write(ref _own->Position, _position);
        if (_peerParks)
        {
            WakePeerIfParked();
        }
    }
}
