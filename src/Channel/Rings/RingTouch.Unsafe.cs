using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <summary>Touching: a consumer stores back what it has loaded from each line that it is done with; see <c>c/rings.md</c>.</summary>
internal static unsafe class RingTouch
{
    /// <summary>Of a cache line, bytes.</summary>
    public const uint LineBytes = 64;

    // SAFETY: the callers give words of messages that they have peeked and not yet released, inside the ring's data.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Word(byte* at)
    {
        ref var word = ref *(ulong*)at;
        Volatile.Write(ref word, Volatile.Read(ref word));
    }

    /// <summary>Touches the lines that end in what lies at <paramref name="start"/>, by a word of it in each. What lies behind it
    /// in its last line is not the consumer's yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(byte* data, ulong start, ulong bytes)
    {
        const ulong Within = LineBytes - 1;
        var end = (start + bytes) & ~Within;
        if ((start & ~Within) == end)
        {
            return;
        }

        Word(data + start);
        for (var line = (start | Within) + 1; line != end; line += LineBytes)
        {
            Word(data + line);
        }
    }
}
