namespace Muk.Channel.Rings;

/// <summary>Header words. A slot's is its message's number plus one; a record's carries length and a tag of its position.</summary>
internal static class RingWords
{
    private const ulong Present = 0x8000_0000;

    /// <summary>Header word of a record of <paramref name="bytes"/> at <paramref name="position"/>. Never 0.</summary>
    public static ulong Record(ulong position, uint bytes) => (position >> 3 << 32) | Present | bytes;

    /// <summary>Is this a record's header word of that position? Its length is then <see cref="Length"/>, unchecked.</summary>
    public static bool IsRecord(ulong word, ulong position) => (word & ~(Present - 1)) == ((position >> 3 << 32) | Present);

    /// <summary>Length in a record's header word.</summary>
    public static uint Length(ulong word) => (uint)(word & (Present - 1));
}
