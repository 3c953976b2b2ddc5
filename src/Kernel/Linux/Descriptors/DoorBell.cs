using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>The peer of a declared port has rung, or is gone. The guest has parked its side itself, after looking for as long as it
/// wanted. Owner: the vCPU thread.</summary>
internal sealed class DoorBell(RingDoor door) : OutsideSource
{
    private uint _seen;
    private RingState _state = RingState.Open;

    public RingDoor Door => door;

    public override uint SpinIterations => 0;

    /// <summary>Is there nothing to wait for?</summary>
    public bool Rung(uint seen) => door.PeerState != RingState.Open || door.PeerBell != seen;

    public override void Look()
    {
        var (seen, state) = (door.PeerBell, door.PeerState);
        if (seen != _seen || state != _state)
        {
            (_seen, _state) = (seen, state);
            Notify();
        }
    }

    public override Bell Park() => door.Bell(_seen);

    public override void Unpark()
    {
    }
}
