using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>What both sides of a ring do alike: waiting, waking, closing. The protocol and the argument for it are in
/// <c>c/rings.md</c>; the step names below are its.</summary>
internal sealed unsafe class RingEnd
{
    // SAFETY: both point into the RingMemory that the producer or consumer holding this object holds, too.
    private readonly RingSide* _own;
    private readonly RingSide* _peer;
    private readonly KickWord? _kick;
    private readonly uint _spinIterations;
    private uint _rung;
    private ulong _waits;
    private ulong _parks;
    private uint _spins;
    private uint _sleep;

    public RingEnd(RingMemory memory, PortDirection side, RingWait wait, KickWord? kick)
    {
        var produces = side == PortDirection.Out;
        _own = produces ? memory.Producer : memory.Consumer;
        _peer = produces ? memory.Consumer : memory.Producer;
        PeerParks = memory.Header.Flags.HasFlag(produces ? RingFlags.ConsumerParks : RingFlags.ProducerParks);
        var mayPark = memory.Header.Flags.HasFlag(produces ? RingFlags.ProducerParks : RingFlags.ConsumerParks);
        _spinIterations = mayPark ? wait.SpinIterations : uint.MaxValue;
        _kick = kick;
        _sleep = (_own->Parked + 1) & ~1u; // A side that died asleep wakes up here.
        Volatile.Write(ref _own->Parked, _sleep);
        (_waits, _parks) = (_own->Waits, _own->Parks);
    }

    /// <summary>Does the other side sleep sometimes?</summary>
    public bool PeerParks { get; }

    public RingSide* Own => _own;

    public RingSide* Peer => _peer;

    /// <summary>After a publication, where the peer may park: fence F1, then look, then ring once for each of its sleeps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WakePeerIfParked()
    {
        Interlocked.MemoryBarrier(); // F1: pairs with F2 in Pause of the other side.
        var parked = Volatile.Read(ref _peer->Parked);
        if ((parked & 1) != 0 && parked != _rung)
        {
            _rung = parked;
            RingBell();
        }
    }

    /// <summary>The status that the peer's state word means, once there is nothing more to do.</summary>
    public RingStatus PeerStatus(RingStatus open) => Volatile.Read(ref Unsafe.As<RingState, uint>(ref _peer->State)) switch
    {
        (uint)RingState.Open => open,
        (uint)RingState.Ended => RingStatus.Ended,
        (uint)RingState.Failed => RingStatus.PeerFailed,
        _ => RingStatus.Corrupt,
    };

    /// <summary>Pauses before a wait sleeps; <see cref="uint.MaxValue"/>: it never does.</summary>
    public uint SpinIterations => _spinIterations;

    /// <summary>Says that this side is about to sleep on the bell that comes back, if it finds nothing when it looks once more.
    /// <see cref="Unpark"/> takes it back.</summary>
    public Bell Park()
    {
        var seen = Volatile.Read(ref _peer->Bell);
        Volatile.Write(ref _own->Parked, ++_sleep);
        Interlocked.MemoryBarrier(); // F2: pairs with F1 in WakePeerIfParked of the other side.
        _own->Parks = ++_parks;
        return new Bell(&_peer->Bell, seen);
    }

    /// <summary>Begins a wait.</summary>
    public void BeginWait()
    {
        _spins = 0;
        _own->Waits = ++_waits;
    }

    /// <summary>Has the wait to be given up?</summary>
    public bool Kicked => _kick is not null && _kick.Kicked;

    /// <summary>One step of a wait. True when the caller must look again now that it says it is parked, and then call
    /// <see cref="Sleep"/> or <see cref="Unpark"/>.</summary>
    public bool Pause(out uint bellSeen)
    {
        if (_spins < _spinIterations)
        {
            _spins += _spinIterations == uint.MaxValue ? 0u : 1u;
            PauseInstruction();
            bellSeen = 0;
            return false;
        }

        bellSeen = Volatile.Read(ref _peer->Bell);
        Volatile.Write(ref _own->Parked, ++_sleep);
        Interlocked.MemoryBarrier(); // F2: pairs with F1 in WakePeerIfParked of the other side.
        return true;
    }

    /// <summary>Sleeps until the peer's bell has moved on from <paramref name="bellSeen"/>. May return early.</summary>
    public void Sleep(uint bellSeen)
    {
        _own->Parks = ++_parks;
        if (_kick is null)
        {
            Futex.Wait(&_peer->Bell, bellSeen);
        }
        else
        {
            _kick.WaitWith(&_peer->Bell, bellSeen);
        }

        Unpark();
    }

    /// <summary>Awake after all.</summary>
    public void Unpark() => Volatile.Write(ref _own->Parked, ++_sleep);

    /// <summary>Says that this side does nothing more; the other side sees it after the last message.</summary>
    public void Close(RingState state)
    {
        Volatile.Write(ref Unsafe.As<RingState, uint>(ref _own->State), (uint)state);
        Interlocked.MemoryBarrier();
        RingBell();
    }

    private void RingBell()
    {
        Volatile.Write(ref _own->Bell, _own->Bell + 1);
        Futex.Wake(&_own->Bell);
    }

    private static void PauseInstruction()
    {
        if (System.Runtime.Intrinsics.X86.X86Base.IsSupported)
        {
            System.Runtime.Intrinsics.X86.X86Base.Pause();
        }
    }
}
