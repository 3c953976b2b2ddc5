using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <content>Ends whose messages are of one type.</content>
public sealed partial class RingProducer
{
    /// <summary>Opens the writing end of a ring of one type's messages, going on behind the last one that was committed.</summary>
    /// <param name="kick">Ends this end's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring of such messages.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingProducer<T> Open<T>(string path, RingWait wait, KickWord? kick = null)
        where T : unmanaged => new(RingMemory.Open(path, PortDirection.Out), wait, null, kick);

    /// <summary>Opens the writing end of a ring that lies in this program's memory already.</summary>
    /// <param name="ring">Address of its header page.</param>
    /// <exception cref="RingFormatException">There is no ring of such messages.</exception>
    public static RingProducer<T> At<T>(nint ring, RingWait wait, RingParking parking)
        where T : unmanaged => new(RingMemory.At(ring), wait, parking, null);

    /// <summary>An end that nothing is linked to: it takes whatever is sent, and nobody reads it.</summary>
    public static RingProducer<T> Discard<T>()
        where T : unmanaged => new();
}
