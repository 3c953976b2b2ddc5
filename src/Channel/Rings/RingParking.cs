namespace Muk.Channel.Rings;

/// <summary>How one side of a ring sleeps and wakes the other; see "Waiting" in <c>c/rings.md</c>. Called on slow paths
/// only. Owner: the thread of the end that it was given to, and of that end alone.</summary>
public abstract class RingParking
{
    /// <summary>Has the wait to be given up, with <see cref="RingStatus.Cancelled"/>?</summary>
    public virtual bool Cancelled => false;

    /// <summary>Sleeps until the other side's bell differs from <paramref name="bellSeen"/> or it is not open any more. May
    /// return early; the end looks again.</summary>
    public abstract void Sleep(uint bellSeen);

    /// <summary>Wakes the other side. This side's bell has been counted up already.</summary>
    public abstract void Wake();

    /// <summary>Time-stamp cycles, for the count of idle ones; 0 always: they are not counted.</summary>
    public virtual ulong Cycles() => 0;
}
