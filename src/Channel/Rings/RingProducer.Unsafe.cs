using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>The writing side of a ring. Owner: the one thread that writes; nothing here allocates once it is open.</summary>
/// <remarks>A message is claimed, filled in place and committed; <see cref="Stage"/> holds messages back until
/// <see cref="Flush"/> shows them all at once. What is not committed when the producer dies was never there.</remarks>
public sealed unsafe partial class RingProducer : IDisposable
{
    // SAFETY: all pointers point into _memory, which this object owns; positions are masked before they become addresses.
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

    private ulong _position;  // Ours: the next message's.
    private ulong _limit;     // What is known to be free ends here.
    private ulong* _held;     // Header word held back by Stage, null for none, and what it will read.
    private ulong _heldWord;
    private uint _claimed;
    private ulong _messages;
    private ulong _bytes;
    private RingStatus _status;

    private RingProducer(RingMemory memory, RingWait wait, KickWord? kick)
    {
        _memory = memory;
        var header = memory.Header;
        _end = new RingEnd(memory, PortDirection.Out, wait, kick);
        _data = memory.Data;
        _slots = header.Kind == RingKind.Slots;
        _capacity = _slots ? header.SlotCount : header.DataBytes;
        _mask = _capacity - 1;
        _slotBytes = header.SlotBytes;
        _payloadBytes = header.PayloadBytes;
        _payloadOffset = header.PayloadOffset;
        _peerParks = _end.PeerParks;
        Recover();
    }

    /// <summary>What the last operation that did not succeed came to; <see cref="RingStatus.Ok"/> before that.</summary>
    public RingStatus Status => _status;

    /// <summary>Bytes (slots: of one message; records: of the largest) that fit into a message.</summary>
    public int PayloadBytes => (int)_payloadBytes;

    /// <summary>The reader's state, as it says itself.</summary>
    public RingState PeerState => (RingState)Volatile.Read(ref Unsafe.As<RingState, uint>(ref _end.Peer->State));

    /// <summary>Opens the writing side, going on behind the last message that was committed to it.</summary>
    /// <param name="kick">Ends this side's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingProducer Open(string path, RingWait wait, KickWord? kick = null) =>
        new(RingMemory.Open(path, PortDirection.Out), wait, kick);

    /// <summary>Room for a message, without waiting. False: <see cref="Status"/> says why.</summary>
    /// <param name="bytes">Of the message; at most <see cref="PayloadBytes"/>.</param>
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
            if (_position == _limit && !Refresh(1))
            {
                payload = default;
                return false;
            }

            at = _data + ((_position & _mask) * _slotBytes);
        }
        else
        {
            var need = RingGeometry.RecordBytes((uint)bytes, _payloadOffset) + _payloadOffset;
            if (_limit - _position < need && !Refresh(need))
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
            _end.WakePeerIfParked();
        }
    }

    /// <summary>Finishes the claimed message and holds it back until <see cref="Flush"/>.</summary>
    public void Stage(int bytes)
    {
        var at = Next(bytes, out var word);
        if (_held is null)
        {
            _held = at;
            _heldWord = word;
            return;
        }

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
            _end.WakePeerIfParked();
        }
    }

    /// <summary>Says that nothing more comes. Staged messages are shown first.</summary>
    public void Close(RingState state)
    {
        Flush();
        PublishStatistics();
        _end.Close(state);
    }

    /// <summary>Unmaps. Does not close: a side that goes without a word is closed by whoever watches it.</summary>
    public void Dispose() => _memory.Dispose();

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
