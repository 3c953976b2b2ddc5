using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>What every writing end does alike: finding room, and finding its place again after a crash.</summary>
public abstract unsafe class RingProducerEnd : RingEnd
{
    /// <summary>Between two looks at the position of a reader that has a full ring before it.</summary>
    private const int PausesWhenFull = 16;

    // SAFETY: positions are masked before they become addresses into the data that the base class keeps mapped.
    private protected ulong* _held; // Header word held back by Stage, null for none.
    private protected (ulong Position, ulong Messages, ulong Bytes) _shown; // While one is held: before it.

    private protected RingProducerEnd(RingMemory memory, RingWait wait, RingParking? parking, KickWord? kick)
        : base(memory, PortDirection.Out, wait, parking, kick) => Recover();

    /// <summary>How far the reader has come, as it says itself: for telling whether it has moved.</summary>
    public ulong PeerPosition => Volatile.Read(ref _peer->Position);

    /// <summary>Looks how far the reader has come. Read once, checked, and only then used.</summary>
    private protected sealed override bool Look(ulong need)
    {
        if (Over)
        {
            return false; // What ended stays so.
        }

        PublishStatistics();

        // State before position: a reader that has ended moves no more.
        var open = PeerStatus(RingStatus.Ok);
        var read = Volatile.Read(ref _peer->Position);
        if (read > _position || _position - read > Capacity || (!Slots && read % _header.PayloadOffset != 0))
        {
            _status = RingStatus.Corrupt;
            return false;
        }

        if (open != RingStatus.Ok)
        {
            _status = open;
            return false;
        }

        _limit = read + Capacity;
        _status = _limit - _position < need ? RingStatus.Full : _status;
        return _limit - _position >= need;
    }

    private protected sealed override ulong* Awaited() => &_peer->Position;

    /// <summary>Room for <paramref name="need"/> (slots or bytes), waiting for it or not. Slow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected bool Room(ulong need, RingPatience patience) =>
        patience == RingPatience.Wait ? WaitForRoom(need) : Look(need);

    private protected bool WaitForRoom(ulong need) => Gather(need) || Look(need) || (!Over && Wait(need));

    /// <summary>A writer that has filled the ring and then asks for every message's room alone takes the reader's position from
    /// it each time. The reader has plenty to do meanwhile, so this waits for an eighth of the ring, for as long as one that
    /// reads at all needs for that, and not if it should park at once.</summary>
    private bool Gather(ulong need)
    {
        for (var i = 0u; i < Looks && Spins; i++)
        {
            if (Look(need) && _limit - _position >= Capacity / 8)
            {
                return true;
            }

            if (Over)
            {
                return false;
            }

            for (var pause = 0; pause < PausesWhenFull; pause++)
            {
                PauseInstruction();
            }
        }

        return false;
    }

    private protected sealed override void PublishStatistics()
    {
        // With held-back messages the position published is of the first of them: a crash loses just those, and the position
        // lags by less than the ring however far the others have come.
        var shown = _held is null ? (_position, _messages, _bytes) : _shown;
        PublishStatistics(shown.Item1, shown.Item2, shown.Item3);
        Volatile.Write(ref _own->Position, shown.Item1);
    }

    /// <summary>The position published in our own page lags by less than a ring; what was committed since is found by its
    /// header words, which name their positions.</summary>
    private void Recover()
    {
        var start = _position;
        if (Slots)
        {
            while (_position - start < Capacity && *Slot(_position) == _position + 1)
            {
                _position++;
            }

            // Behind it may lie what was staged and never shown, in a row: make it look like the lap before.
            for (var stale = _position + 1; stale - _position < Capacity && *Slot(stale) == stale + 1; stale++)
            {
                *Slot(stale) = stale >= Capacity ? stale + 1 - Capacity : 0;
            }
        }
        else
        {
            while (_position - start < Capacity)
            {
                var word = *(ulong*)(_data + (_position & _mask));
                if (!RingWords.IsRecord(word, _position) || RingWords.Length(word) > _header.PayloadBytes)
                {
                    break;
                }

                _messages++;
                _bytes += RingWords.Length(word);
                _position += RingGeometry.RecordBytes(RingWords.Length(word), _header.PayloadOffset);
            }
        }

        _limit = _position;
    }

    private ulong* Slot(ulong number) => (ulong*)(_data + ((number & _mask) * _header.SlotBytes));
}
