using Muk.Channel.Interop;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux.Time;

/// <summary>The clocks as a guest on <c>kvm</c> reads them by itself, so that its calls never contradict what it has read; the rest is
/// the host's. Made on the vCPU thread.</summary>
internal sealed class PageTime(TimePage page) : IGuestTime
{
    private const int RealtimeCoarse = 5;
    private const int MonotonicCoarse = 6;
    private const int Boottime = 7;

    private readonly HostTime _host = new();

    public bool TryRead(int clock, out TimeSpec now)
    {
        var (monotonic, realtimeOffset, boottimeOffset) = page.Read();
        switch (clock)
        {
            case GuestTimeReadings.Monotonic or MonotonicCoarse:
                now = TimeSpec.FromNanoseconds(monotonic);
                return true;
            case GuestTimeReadings.Realtime or RealtimeCoarse:
                now = TimeSpec.FromNanoseconds(monotonic + realtimeOffset);
                return true;
            case Boottime:
                now = TimeSpec.FromNanoseconds(monotonic + boottimeOffset);
                return true;
            default:
                return _host.TryRead(clock, out now);
        }
    }

    public void Sleep(KickWord kick, ReadOnlySpan<Bell> bells, long nanoseconds) => _host.Sleep(kick, bells, nanoseconds);
}
