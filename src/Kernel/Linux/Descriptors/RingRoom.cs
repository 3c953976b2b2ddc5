using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>There is more room in a ring that the kernel writes, or nobody reads it any more. Owner: the vCPU thread.</summary>
internal sealed class RingRoom(RingProducer ring) : OutsideSource
{
    private ulong _position = ulong.MaxValue;
    private RingState _state = RingState.Open;

    public override uint SpinIterations => ring.SpinIterations;

    /// <summary>Tells whenever the reader has moved: how much room is wanted, each writer knows itself.</summary>
    public override void Look()
    {
        var (position, state) = (ring.PeerPosition, ring.PeerState);
        if (position != _position || state != _state)
        {
            (_position, _state) = (position, state);
            Notify();
        }
    }

    public override Bell Park() => ring.Park();

    public override void Unpark() => ring.Unpark();

    internal override void BeginWait() => ring.BeginWait();
}
