namespace Muk.Channel.Rings;

/// <summary>What an operation on a ring came to. A peer's doing is a value here, never an exception.</summary>
public enum RingStatus
{
    Ok = 0,

    /// <summary>No message yet.</summary>
    Empty,

    /// <summary>No room yet.</summary>
    Full,

    /// <summary>Consumer: every message has been read and none will come. Producer: nobody reads any more.</summary>
    Ended,

    /// <summary>As <see cref="Ended"/>, and the other side ended with a failure.</summary>
    PeerFailed,

    /// <summary>The other side wrote something that no correct side writes. The link is of no more use.</summary>
    Corrupt,

    /// <summary>The wait was ended by a <see cref="Interop.KickWord"/>.</summary>
    Cancelled,
}
