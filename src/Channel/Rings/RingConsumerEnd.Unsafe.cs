using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>What every reading end does alike: is it empty, ended or broken, and waiting for what comes.</summary>
public abstract unsafe class RingConsumerEnd : RingEnd
{
    private protected RingConsumerEnd(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(memory, PortDirection.In, wait, parking, kick)
    {
    }

    /// <summary>All has been read, and no more will come.</summary>
    public bool Ended => _status is RingStatus.Ended or RingStatus.PeerFailed;

    /// <summary>The writer failed, or wrote nonsense.</summary>
    public bool Failed => _status is RingStatus.PeerFailed or RingStatus.Corrupt;

    /// <summary>The header word was not the next message's: why? True when it has arrived after all.</summary>
    private protected sealed override bool Look(ulong need)
    {
        if (Over)
        {
            return false; // What ended stays so.
        }

        // State before the word: a writer's last message comes before its state.
        var state = PeerStatus(RingStatus.Empty);
        var word = Volatile.Read(ref *Awaited());
        if (Slots ? word == _position + 1 : word != 0)
        {
            return true;
        }

        // What was there before: nothing in the first lap, then the message of one lap ago.
        var before = Slots && _position >= Capacity ? _position + 1 - Capacity : 0;
        _status = word == before ? state : RingStatus.Corrupt;
        PublishStatistics();
        return false;
    }

    // SAFETY: masked, into the data that the base class keeps mapped.
    private protected sealed override ulong* Awaited() =>
        (ulong*)(_data + (Slots ? (_position & _mask) * _header.SlotBytes : _position & _mask));

    /// <summary>The next message's header word was not there: looks again and waits, or not. Slow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected bool Arrives(RingPatience patience)
    {
        if (patience == RingPatience.Wait && Slots && Spins && !Over)
        {
            // The quick wait of a round trip.
            var word = (ulong*)(_data + ((_position & _mask) * _header.SlotBytes));
            var awaited = _position + 1;
            for (var i = 0u; i < Looks; i++)
            {
                if (Volatile.Read(ref *word) == awaited)
                {
                    return true;
                }

                PauseInstruction();
            }
        }

        return Look(1) || (patience == RingPatience.Wait && !Over && Wait(1));
    }
}
