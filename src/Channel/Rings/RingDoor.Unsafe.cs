using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>One side's door to the other, for a core kernel that sleeps, wakes and closes in place of its guest. It touches
/// no message. Owner: one thread.</summary>
public sealed unsafe class RingDoor : IDisposable
{
    // SAFETY: both point into _memory, which this object owns.
    private readonly RingMemory _memory;
    private readonly RingSide* _own;
    private readonly RingSide* _peer;

    private RingDoor(RingMemory memory, PortDirection ownSide)
    {
        _memory = memory;
        _own = ownSide == PortDirection.Out ? memory.Producer : memory.Consumer;
        _peer = ownSide == PortDirection.Out ? memory.Consumer : memory.Producer;
    }

    /// <summary>The other side's state, as it says itself.</summary>
    public RingState PeerState => State(_peer);

    /// <summary>This side's state.</summary>
    public RingState OwnState => State(_own);

    /// <summary>How often the other side has rung.</summary>
    public uint PeerBell => Volatile.Read(ref _peer->Bell);

    /// <summary>Opens the door of the guest's side.</summary>
    /// <param name="ownSide"><see cref="PortDirection.Out"/> for the side that produces.</param>
    public static RingDoor Open(string path, PortDirection ownSide) => new(RingMemory.Open(path, ownSide), ownSide);

    /// <summary>Serves <see cref="MukCall.Park"/>: sleeps until the peer's bell differs from what the guest has seen, the
    /// peer is no longer open, or somebody kicks. The guest has said in its page that it parks, and looks again itself.</summary>
    public RingStatus WaitForBell(uint seen, KickWord? kick = null)
    {
        while (true)
        {
            if (kick is not null && kick.Kicked)
            {
                return RingStatus.Cancelled;
            }

            if (PeerState != RingState.Open)
            {
                return RingStatus.Ended;
            }

            if (PeerBell != seen)
            {
                return RingStatus.Ok;
            }

            if (kick is null)
            {
                Futex.Wait(&_peer->Bell, seen);
            }
            else
            {
                kick.WaitWith(&_peer->Bell, seen);
            }
        }
    }

    /// <summary>The peer's bell to sleep on, for a guest that has read it as <paramref name="seen"/>.</summary>
    public Bell Bell(uint seen) => new(&_peer->Bell, seen);

    /// <summary>Serves <see cref="MukCall.Ring"/>: wakes the peer; the guest has already counted its bell up.</summary>
    public void WakePeer() => Futex.Wake(&_own->Bell);

    /// <summary>This side says it goes to sleep (odd) or is awake (even); see <c>parked</c> in <c>muk_abi.h</c>.</summary>
    public void SetParked(ParkedMark mark)
    {
        var now = Volatile.Read(ref _own->Parked);
        if ((now & 1) != (uint)mark)
        {
            Volatile.Write(ref _own->Parked, now + 1);
            Interlocked.MemoryBarrier(); // F2 of c/rings.md.
        }
    }

    /// <summary>The guest is gone, or done with this port: says so in its page and wakes the peer. A side that has closed
    /// itself keeps its word.</summary>
    public void CloseOwnSide(RingState state)
    {
        if (OwnState == RingState.Open)
        {
            Volatile.Write(ref Unsafe.As<RingState, uint>(ref _own->State), (uint)state);
        }

        SetParked(ParkedMark.Awake);
        Interlocked.MemoryBarrier();
        Volatile.Write(ref _own->Bell, _own->Bell + 1);
        Futex.Wake(&_own->Bell);
    }

    public void Dispose() => _memory.Dispose();

    private static RingState State(RingSide* side) => (RingState)Volatile.Read(ref Unsafe.As<RingState, uint>(ref side->State));
}
