using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk;

/// <summary>Sleeps and wakes as a guest: by calls to the core kernel.</summary>
/// <param name="port">The port's index in the boot block.</param>
internal sealed class GuestParking(int port) : RingParking
{
    /// <inheritdoc/>
    public override void Sleep(uint bellSeen) => GuestCalls.Park(port, bellSeen);

    /// <inheritdoc/>
    public override void Wake() => GuestCalls.Ring(port);

    /// <inheritdoc/>
    public override ulong Cycles() => 0;
}
