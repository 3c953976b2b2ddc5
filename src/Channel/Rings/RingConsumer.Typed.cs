using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <content>Ends whose messages are of one type.</content>
public sealed partial class RingConsumer
{
    /// <summary>Opens the reading end of a ring of one type's messages, at the first message that was not released.</summary>
    /// <param name="kick">Ends this end's waits; null for nothing does.</param>
    /// <exception cref="RingFormatException">The file is no ring of such messages.</exception>
    /// <exception cref="HostException">It cannot be mapped.</exception>
    public static RingConsumer<T> Open<T>(string path, RingWait wait, KickWord? kick = null)
        where T : unmanaged => new(RingMemory.Open(path, PortDirection.In), wait, null, kick);

    /// <summary>Opens the reading end of a ring that lies in this program's memory already.</summary>
    /// <param name="ring">Address of its header page.</param>
    /// <exception cref="RingFormatException">There is no ring of such messages.</exception>
    public static RingConsumer<T> At<T>(nint ring, RingWait wait, RingParking parking)
        where T : unmanaged => new(RingMemory.At(ring), wait, parking, null);

    /// <summary>An end that nothing is linked to: it has ended.</summary>
    public static RingConsumer<T> Nothing<T>()
        where T : unmanaged => new();
}
