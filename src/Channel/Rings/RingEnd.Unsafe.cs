using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>What every end of a ring is made of, and what all do alike: waiting, waking, closing. The protocol and the
/// argument for it are in <c>c/rings.md</c>; the step names below are its. Owner: the one thread that uses the end.</summary>
public abstract unsafe partial class RingEnd : IDisposable
{
    // SAFETY: all pointers point into _memory, which this object owns; positions are masked before they become addresses.
    private protected readonly byte* _data;
    private protected readonly ulong _mask;
    private protected readonly RingSide* _own;
    private protected readonly bool _peerParks;
    private protected readonly bool _touches; // Consumer.
    private protected ulong _position; // The next message's: its number (slots), its byte (records).
    private protected ulong _limit;    // Producer: what is known to be free ends here. Consumer: behind the message peeked last.
    private protected ulong _messages; // Records only, as is _bytes.
    private protected ulong _bytes;
    private protected RingStatus _status;
    private protected readonly RingSide* _peer;
    private protected readonly RingHeader _header;
    private readonly RingMemory _memory;
    private readonly RingParking _parking;
    private readonly uint _spinIterations;
    private uint _rung;
    private uint _sleep;
    private ulong _waits;
    private ulong _parks;
    private ulong _idleCycles;
#pragma warning disable CS0169 // Never used: the ends of two threads may be neighbours on the heap.
    private readonly CacheLines _apart;
#pragma warning restore CS0169

    private protected RingEnd(RingMemory memory, PortDirection side, RingWait wait, RingParking? parking, KickWord? kick)
    {
        _memory = memory;
        _header = memory.Header;
        var produces = side == PortDirection.Out;
        _own = produces ? memory.Producer : memory.Consumer;
        _peer = produces ? memory.Consumer : memory.Producer;
        _data = memory.Data;
        _mask = Capacity - 1;
        _peerParks = _header.Flags.HasFlag(produces ? RingFlags.ConsumerParks : RingFlags.ProducerParks);
        _touches = !produces && _header.Flags.HasFlag(RingFlags.ConsumerTouches);
        var mayPark = _header.Flags.HasFlag(produces ? RingFlags.ProducerParks : RingFlags.ConsumerParks);
        _spinIterations = mayPark ? wait.SpinIterations : uint.MaxValue;
        _parking = parking ?? new FutexParking(&_own->Bell, &_peer->Bell, kick);
        _sleep = (_own->Parked + 1) & ~1u; // A side that died asleep wakes up here.
        Volatile.Write(ref _own->Parked, _sleep);
        _position = _limit = _own->Position;
        (_messages, _bytes) = (_own->Messages, _own->Bytes);
        (_waits, _parks, _idleCycles) = (_own->Waits, _own->Parks, _own->IdleCycles);
    }

    /// <summary>What the last operation that did not succeed came to; <see cref="RingStatus.Ok"/> before that.</summary>
    public RingStatus Status => _status;

    /// <summary>Bytes (slots: of one message; records: of the largest).</summary>
    public int PayloadBytes => (int)_header.PayloadBytes;

    /// <summary>The other side's state, as it says itself.</summary>
    public RingState PeerState => (RingState)Volatile.Read(ref Unsafe.As<RingState, uint>(ref _peer->State));

    private protected bool Slots => _header.Kind == RingKind.Slots;

    private protected ulong Capacity => Slots ? _header.SlotCount : _header.DataBytes;

    /// <summary>Says that this side does nothing more; the other side sees it after the last message.</summary>
    public void Close(RingState state)
    {
        Finish();
        PublishStatistics();
        Volatile.Write(ref Unsafe.As<RingState, uint>(ref _own->State), (uint)state);
        Interlocked.MemoryBarrier();
        RingBell();
    }

    /// <summary>Unmaps. Does not close: a side that goes without a word is closed by whoever watches it.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Looks with care whether there is what is wanted, and says in <see cref="_status"/> why not.</summary>
    private protected abstract bool Look(ulong need);

    /// <summary>The word that changes when there is what is wanted.</summary>
    private protected abstract ulong* Awaited();

    private protected virtual void Finish()
    {
    }

    /// <summary>After a publication, where the peer may park: fence F1, then look, then ring once for each of its sleeps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected void WakePeerIfParked()
    {
        Interlocked.MemoryBarrier(); // F1: pairs with F2 in Wait of the other side.
        var parked = Volatile.Read(ref _peer->Parked);
        if ((parked & 1) != 0 && parked != _rung)
        {
            _rung = parked;
            RingBell();
        }
    }

    /// <summary>Is the link over? What ended stays so.</summary>
    private protected bool Over => _status is RingStatus.Ended or RingStatus.PeerFailed or RingStatus.Corrupt;

    /// <summary>The status that the peer's state word means, once there is nothing more to do.</summary>
    private protected RingStatus PeerStatus(RingStatus open) => (uint)PeerState switch
    {
        (uint)RingState.Open => open,
        (uint)RingState.Ended => RingStatus.Ended,
        (uint)RingState.Failed => RingStatus.PeerFailed,
        _ => RingStatus.Corrupt,
    };

    private protected virtual void PublishStatistics() => PublishStatistics(_position, _messages, _bytes);

    private protected void PublishStatistics(ulong position, ulong messages, ulong bytes)
    {
        _own->Messages = Slots ? position : messages;
        _own->Bytes = Slots ? position * _header.PayloadBytes : bytes;
        _own->IdleCycles = _idleCycles;
        _own->Waits = _waits;
        _own->Parks = _parks;
    }

    private void RingBell()
    {
        Volatile.Write(ref _own->Bell, _own->Bell + 1);
        _parking.Wake();
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private protected readonly struct CacheLines;
}
