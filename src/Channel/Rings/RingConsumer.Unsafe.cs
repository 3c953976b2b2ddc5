using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The reading side of a ring. Owner: the one thread that reads; nothing here allocates once it is open.</summary>
/// <remarks>Peek gives the next message in place; <see cref="Release"/> gives back all that was peeked, and only then
/// counts it as read. <see cref="Advance"/> goes on to the next message without giving back, for batches.</remarks>
public sealed unsafe partial class RingConsumer : IDisposable
{
    // SAFETY: all pointers point into _memory, which this object owns; positions are masked before they become addresses,
    // and a length is checked against the ring's largest payload, which the double mapping holds from any position.
    private readonly RingMemory _memory;
    private readonly RingEnd _end;
    private readonly byte* _data;
    private readonly ulong _mask;
    private readonly ulong _capacity;
    private readonly ulong _slotBytes;
    private readonly uint _payloadBytes;
    private readonly uint _payloadOffset;
    private readonly bool _slots;
    private readonly bool _peerParks;

    private ulong _cursor; // The message to peek next.
    private ulong _behind; // Behind the message peeked last.
    private ulong _messages;
    private ulong _bytes;
    private uint _peeked;
    private RingStatus _status;

    private RingConsumer(RingMemory memory, RingWait wait, KickWord? kick)
    {
        _memory = memory;
        var header = memory.Header;
        _end = new RingEnd(memory, PortDirection.In, wait, kick);
        _data = memory.Data;
        _slots = header.Kind == RingKind.Slots;
        _capacity = _slots ? header.SlotCount : header.DataBytes;
        _mask = _capacity - 1;
        _slotBytes = header.SlotBytes;
        _payloadBytes = header.PayloadBytes;
        _payloadOffset = header.PayloadOffset;
        _peerParks = _end.PeerParks;
        _cursor = _behind = _end.Own->Position;
        (_messages, _bytes) = (_end.Own->Messages, _end.Own->Bytes);
    }

    /// <summary>What the last operation that did not succeed came to; <see cref="RingStatus.Ok"/> before that.</summary>
    public RingStatus Status => _status;

    /// <summary>All has been read, and no more will come.</summary>
    public bool Ended => _status is RingStatus.Ended or RingStatus.PeerFailed;

    /// <summary>The writer failed, or wrote nonsense.</summary>
    public bool Failed => _status is RingStatus.PeerFailed or RingStatus.Corrupt;

    /// <summary>Bytes (slots: of one message; records: of the largest).</summary>
    public int PayloadBytes => (int)_payloadBytes;

    /// <summary>The writer's state, as it says itself.</summary>
    public RingState PeerState => (RingState)Volatile.Read(ref Unsafe.As<RingState, uint>(ref _end.Peer->State));

    /// <summary>Opens the reading side, at the first message that was not released.</summary>
    /// <param name="kick">Ends this side's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingConsumer Open(string path, RingWait wait, KickWord? kick = null) =>
        new(RingMemory.Open(path, PortDirection.In), wait, kick);

    /// <summary>The next message, without waiting. False: <see cref="Status"/> says why.</summary>
    /// <param name="payload">In place: the writer can change it while it is being read, if it is hostile.</param>
    public bool TryPeek(out ReadOnlySpan<byte> payload)
    {
        byte* at;
        if (_slots)
        {
            at = _data + ((_cursor & _mask) * _slotBytes);
            if (Volatile.Read(ref *(ulong*)at) != _cursor + 1 && !Arrived())
            {
                payload = default;
                return false;
            }

            _behind = _cursor + 1;
            payload = new ReadOnlySpan<byte>(at + _payloadOffset, (int)_payloadBytes);
            return true;
        }

        at = _data + (_cursor & _mask);
        var word = Volatile.Read(ref *(ulong*)at); // Read once; what it says later is of no interest.
        if (word == 0)
        {
            if (!Arrived())
            {
                payload = default;
                return false;
            }

            word = Volatile.Read(ref *(ulong*)at);
        }

        _peeked = RingWords.Length(word);
        if (!RingWords.IsRecord(word, _cursor) || _peeked > _payloadBytes || _status == RingStatus.Corrupt)
        {
            _status = RingStatus.Corrupt;
            payload = default;
            return false;
        }

        _behind = _cursor + RingGeometry.RecordBytes(_peeked, _payloadOffset);
        payload = new ReadOnlySpan<byte>(at + _payloadOffset, (int)_peeked);
        return true;
    }

    /// <summary>The next message, waiting for it. <see cref="RingStatus.Ok"/>, or why there will be none.</summary>
    public RingStatus Peek(out ReadOnlySpan<byte> payload) =>
        TryPeek(out payload) || (_status == RingStatus.Empty && Wait(out payload)) ? RingStatus.Ok : _status;

    /// <summary>Goes on to the next message and keeps the one peeked.</summary>
    public void Advance()
    {
        if (_behind != _cursor && !_slots)
        {
            _messages++;
            _bytes += _peeked;
        }

        _cursor = _behind;
    }

    /// <summary>Gives back everything peeked so far: the writer may use its room again.</summary>
    public void Release()
    {
        Advance();
        Volatile.Write(ref _end.Own->Position, _cursor);
        if (_peerParks)
        {
            _end.WakePeerIfParked();
        }
    }

    /// <summary>Says that nothing more is read.</summary>
    public void Close(RingState state)
    {
        PublishStatistics();
        _end.Close(state);
    }

    /// <summary>Unmaps. Does not close: a side that goes without a word is closed by whoever watches it.</summary>
    public void Dispose() => _memory.Dispose();
}
