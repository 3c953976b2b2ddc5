using System.Runtime.Intrinsics.X86;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <content>Waiting, by itself or together with other things that its owner waits for.</content>
// SAFETY: both pages of the ring stay mapped until this end is disposed.
public abstract unsafe partial class RingEnd
{
    /// <summary>Looks at one word between two looks at the other side's state.</summary>
    private protected const uint Looks = 64;

    /// <summary>Pauses before this side may park; <see cref="uint.MaxValue"/>: it never may, since nobody would ring.</summary>
    public uint SpinIterations => _spinIterations;

    private protected bool Spins => _spinIterations > 0;

    /// <summary>Counts a wait. Who waits for several things at once does it himself: looks, parks every side he waits for, looks
    /// once more, sleeps on all the bells, and unparks.</summary>
    public void BeginWait() => _own->Waits = ++_waits;

    /// <summary>Says that this side is about to sleep on the bell that comes back, if its owner finds nothing when he looks once
    /// more. Only where it may park.</summary>
    public Bell Park()
    {
        var bell = Parked();
        _own->Parks = ++_parks;
        return bell;
    }

    /// <summary>Awake again.</summary>
    public void Unpark() => Volatile.Write(ref _own->Parked, ++_sleep);

    /// <summary>Waits until <see cref="Look"/> finds <paramref name="need"/>. False: <see cref="_status"/> says why it does not.</summary>
    private protected bool Wait(ulong need)
    {
        _waits++;
        var spins = 0u;
        var now = _parking.Cycles();
        var word = Awaited();
        while (true)
        {
            if (_parking.Cancelled)
            {
                _status = RingStatus.Cancelled;
                return false;
            }

            var stale = Volatile.Read(ref *word);
            if (Look(need) || Over)
            {
                return !Over;
            }

            if (Changed(word, stale))
            {
                continue;
            }

            if (spins < _spinIterations)
            {
                spins += _spinIterations == uint.MaxValue ? 0 : Looks;
                CountIdle(ref now);
                continue;
            }

            var bell = Parked();
            var found = Look(need);
            if (!found && !Over)
            {
                _parks++;
                PublishStatistics();
                _parking.Sleep(bell.Seen);
            }

            Unpark();
            CountIdle(ref now);
            if (found || Over)
            {
                return found;
            }
        }
    }

    /// <summary>Looks at one word until it changes, but not for long. One pause between two looks: a reader that asks without a
    /// break takes the line from the writer, which must have it to write; one that waits longer sees it late.</summary>
    private protected static bool Changed(ulong* word, ulong stale)
    {
        for (var i = 0u; i < Looks; i++)
        {
            if (Volatile.Read(ref *word) != stale)
            {
                return true;
            }

            PauseInstruction();
        }

        return false;
    }

    private protected static void PauseInstruction()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
    }

    private Bell Parked()
    {
        var seen = Volatile.Read(ref _peer->Bell);
        Volatile.Write(ref _own->Parked, ++_sleep);
        Interlocked.MemoryBarrier(); // F2: pairs with F1 in WakePeerIfParked of the other side.
        return new Bell(&_peer->Bell, seen);
    }

    private void CountIdle(ref ulong now)
    {
        var then = now;
        now = _parking.Cycles();
        _idleCycles += now - then;
    }
}
