using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>Sleeps in futexes on the bells of a ring that this process has mapped.</summary>
internal sealed unsafe class FutexParking(uint* ownBell, uint* peerBell, KickWord? kick) : RingParking
{
    // SAFETY: both words lie in the RingMemory of the end that holds this object.
    public override bool Cancelled => kick is not null && kick.Kicked;

    public override void Sleep(uint bellSeen)
    {
        if (kick is null)
        {
            Futex.Wait(peerBell, bellSeen);
        }
        else
        {
            kick.WaitWith(peerBell, bellSeen);
        }
    }

    public override void Wake() => Futex.Wake(ownBell);
}
