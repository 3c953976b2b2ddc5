namespace Muk.Channel.Interop;

/// <summary>A word in mapped memory that somebody else counts up, and what it read when it was looked at: what
/// <see cref="KickWord.SleepWith"/> sleeps on. Valid for as long as the memory is mapped.</summary>
public readonly unsafe struct Bell
{
    // SAFETY: whoever makes a bell keeps the word mapped while anybody sleeps on it.
    internal Bell(uint* word, uint seen)
    {
        Word = word;
        Seen = seen;
    }

    /// <summary>Has it been counted up since?</summary>
    public bool Rung => Volatile.Read(ref *Word) != Seen;

    internal uint* Word { get; }

    internal uint Seen { get; }
}
