using System.Runtime.InteropServices;

namespace Muk.Channel.Interop;

/// <summary>A word that ends another thread's wait. One thread waits and acknowledges; any thread or process kicks.</summary>
public sealed unsafe class KickWord : IDisposable
{
    // SAFETY: either native memory of this object's own, or a word inside _mapping, which is kept alive by the field.
    private readonly uint* _word;
    private readonly Mapping? _mapping;
    private uint _seen;
    private int _freed;

    /// <summary>A word of this process's own.</summary>
    public KickWord()
    {
        _word = (uint*)NativeMemory.AlignedAlloc(128, 128);
        *_word = 0;
    }

    /// <summary>A word in shared memory, such as <c>kill_word</c> of the control page. What it reads now counts as seen.</summary>
    public KickWord(Mapping mapping, int offset)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, mapping.Bytes - sizeof(uint));
        _mapping = mapping;
        _word = (uint*)(mapping.Pointer + offset);
        _seen = Volatile.Read(ref *_word);
    }

    /// <summary>Has it been kicked since the last <see cref="Acknowledge"/>?</summary>
    public bool Kicked => Volatile.Read(ref *_word) != _seen;

    /// <summary>The waiting thread has understood: later waits are not ended by kicks that came before.</summary>
    public void Acknowledge() => _seen = Volatile.Read(ref *_word);

    /// <summary>Ends the wait in hand and all later ones until it is acknowledged.</summary>
    public void Kick()
    {
        Interlocked.Increment(ref *_word);
        Futex.Wake(_word);
    }

    /// <summary>Sleeps while <c>*word == seen</c> and nobody kicks. May return early.</summary>
    public void WaitWith(uint* word, uint seen) => Futex.WaitAny(word, seen, _word, _seen);

    /// <summary>Sleeps until one of at most 127 bells is rung or somebody kicks, at most so long (negative: without end). May return
    /// early.</summary>
    public void SleepWith(ReadOnlySpan<Bell> bells, long nanoseconds) => Futex.WaitAny(_word, _seen, bells, nanoseconds);

    /// <summary>Sleeps until somebody kicks, at most so long (negative: without end). May return early.</summary>
    public void Sleep(long nanoseconds) => Futex.Wait(_word, _seen, nanoseconds);

    public void Dispose()
    {
        if (_mapping is null && Interlocked.Exchange(ref _freed, 1) == 0)
        {
            NativeMemory.AlignedFree(_word);
        }
    }
}
