using System.Diagnostics;
using Muk.Abi;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Program;

/// <summary>How the time-stamp counter relates to CLOCK_MONOTONIC: measured over the kernel's life, so the longer it lives the better.
/// Owner: the vCPU thread.</summary>
internal sealed class GuestClock
{
    /// <summary>2^32: fits 1 GHz and up with 32 bits of fraction.</summary>
    private const int Shift = 32;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long UnixEpochTicksPerNanosecond = 100;

    /// <summary>A shorter span would make the rate too coarse.</summary>
    private const long SpanNanosecondsMin = 200_000;

    private readonly ulong _firstCycles;
    private readonly long _firstNanoseconds;

    public GuestClock() => (_firstCycles, _firstNanoseconds) = Read();

    public static ulong Cycles => TimeStampCounter.Read();

    /// <summary>Writes the clock's part of a boot block.</summary>
    public void Fill(ref BootBlock boot)
    {
        var (cycles, nanoseconds) = Read();
        while (nanoseconds - _firstNanoseconds < SpanNanosecondsMin)
        {
            (cycles, nanoseconds) = Read();
        }

        var span = (UInt128)(ulong)(nanoseconds - _firstNanoseconds);
        var passed = cycles - _firstCycles;
        boot.TscBase = cycles;
        boot.NsBase = (ulong)nanoseconds;
        boot.TscShift = Shift;
        boot.TscMult = (ulong)((span << Shift) / passed);
        boot.TscHz = (ulong)((UInt128)passed * NanosecondsPerSecond / span);
        var realtime = (TimeProvider.System.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * UnixEpochTicksPerNanosecond;
        boot.RealtimeOffsetNs = (ulong)(realtime - nanoseconds);
    }

    /// <summary>Both clocks at one moment: the pair between whose ends the least has passed, of a few.</summary>
    private static (ulong Cycles, long Nanoseconds) Read()
    {
        (ulong Cycles, long Nanoseconds) best = default;
        var least = ulong.MaxValue;
        for (var i = 0; i < 4; i++)
        {
            var before = TimeStampCounter.Read();
            var nanoseconds = MonotonicNanoseconds();
            var passed = TimeStampCounter.Read() - before;
            if (passed < least)
            {
                (least, best) = (passed, (before + (passed / 2), nanoseconds));
            }
        }

        return best;
    }

    /// <summary>On Linux the stopwatch is CLOCK_MONOTONIC, in nanoseconds.</summary>
    private static long MonotonicNanoseconds() =>
        Stopwatch.GetTimestamp() * (NanosecondsPerSecond / Stopwatch.Frequency);
}
