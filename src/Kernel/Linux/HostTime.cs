using Muk.Channel.Interop;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux;

/// <summary>The host's clocks, which both machines' guests also read by themselves.</summary>
internal sealed class HostTime : IGuestTime
{
    public bool TryRead(int clock, out TimeSpec now) => HostClock.TryRead(clock, out now);

    public void Sleep(KickWord kick, long nanoseconds) => kick.Sleep(nanoseconds);
}
