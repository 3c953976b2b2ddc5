using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>Something has arrived in a ring that the kernel reads, or nothing more will. Owner: the vCPU thread.</summary>
internal sealed class RingArrivals(RingConsumer ring) : OutsideSource
{
    private ulong _taken;
    private ulong _told = ulong.MaxValue;

    public override uint SpinIterations => ring.SpinIterations;

    /// <summary>A message has been released.</summary>
    public void Taken() => _taken++;

    /// <summary>Tells once of each message, so that one that nobody wants keeps nobody from sleeping.</summary>
    public override void Look()
    {
        if (_told != _taken && (ring.TryPeek(out _) || ring.Status != RingStatus.Empty))
        {
            _told = _taken;
            Notify();
        }
    }

    public override Bell Park() => ring.Park();

    public override void Unpark() => ring.Unpark();

    internal override void BeginWait() => ring.BeginWait();
}
