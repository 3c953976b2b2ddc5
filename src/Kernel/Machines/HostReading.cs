using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Machines;

/// <summary>The counter and the host's clocks at one moment.</summary>
/// <param name="Tsc">The time-stamp counter.</param>
/// <param name="Monotonic"><c>CLOCK_MONOTONIC</c>, in ns.</param>
/// <param name="RealtimeOffset"><c>CLOCK_REALTIME</c> less that.</param>
/// <param name="BoottimeOffset"><c>CLOCK_BOOTTIME</c> less that.</param>
/// <param name="Doubt">ns that have passed from the first of these readings to the last: so much may any of them be off.</param>
internal readonly record struct HostReading(ulong Tsc, long Monotonic, long RealtimeOffset, long BoottimeOffset, long Doubt)
{
    private const int Realtime = 0;
    private const int MonotonicClock = 1;
    private const int Boottime = 7;
    private const int Tries = 4;

    /// <summary>Reads them: of a few tries the one during which the least time has passed. Any thread.</summary>
    public static HostReading Now()
    {
        HostReading best = default;
        for (var i = 0; i < Tries; i++)
        {
            var start = Read(MonotonicClock);
            var before = TimeStampCounter.Read();
            var monotonic = Read(MonotonicClock);
            var passed = TimeStampCounter.Read() - before;
            var realtime = Read(Realtime);
            var boottime = Read(Boottime);
            var again = Read(MonotonicClock);
            var doubt = again - start;
            if (i == 0 || doubt < best.Doubt)
            {
                var middle = monotonic + ((again - monotonic) / 2);
                best = new(before + (passed / 2), monotonic, realtime - middle, boottime - middle, doubt);
            }
        }

        return best;
    }

    private static long Read(int clock) => HostClock.TryRead(clock, out var now) ? now.TotalNanoseconds : 0;
}
