using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <content>Messages that may wait until their reader looks by itself.</content>
// SAFETY: both pages of the ring stay mapped until this side is disposed.
public sealed unsafe partial class RingProducer
{
    private ulong _quiet; // Behind the message committed quietly last.

    /// <summary>As <see cref="Commit"/>, but a reader that sleeps sleeps on: it sees the message when it looks for another reason, or
    /// after <see cref="WakeReader"/>. Waking takes longer than many a thing that must not wait for it.</summary>
    /// <param name="bytes">As in <see cref="Commit"/>.</param>
    public void CommitQuietly(int bytes)
    {
        Stage(bytes);
        Volatile.Write(ref *_held, _heldWord);
        _held = null;
        Volatile.Write(ref _quiet, _position);
    }

    /// <summary>Wakes a reader that has not yet read what was committed quietly. It rings no bell, so a reader that is about to sleep
    /// may do so all the same: whoever relies on this calls it again after a while. Any thread, until this side is disposed.</summary>
    public void WakeReader()
    {
        if (Volatile.Read(ref _peer->Position) < Volatile.Read(ref _quiet))
        {
            Futex.Wake(&_own->Bell);
        }
    }
}
