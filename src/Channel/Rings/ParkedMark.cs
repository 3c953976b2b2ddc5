namespace Muk.Channel.Rings;

/// <summary>What a side's <c>parked</c> word says: its lowest bit.</summary>
public enum ParkedMark : uint
{
    Awake = 0,
    Parked = 1,
}
