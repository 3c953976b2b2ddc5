using System.Diagnostics;
using Muk.Abi;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines;

/// <summary>How the time-stamp counter becomes CLOCK_MONOTONIC: what a boot block says of it. Calibrated once per kernel;
/// immutable.</summary>
/// <remarks>ns = NsBase + (((tsc - TscBase) × Mult) >> Shift), with a 128-bit product. Both machines let their guest read the host's own
/// counter.</remarks>
public sealed record TscClock(ulong TscBase, ulong NsBase, ulong Mult, int Shift, ulong Hz)
{
    private const int MultShift = 32;

    /// <summary>Reads both clocks, waits, and reads them again.</summary>
    /// <param name="milliseconds">How long to wait: the longer, the better the rate (20 ms gives about one part in a million).</param>
    public static TscClock Calibrate(int milliseconds = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(milliseconds);
        var (tsc0, ns0) = ReadTogether();
        Thread.Sleep(milliseconds);
        var (tsc1, ns1) = ReadTogether();
        return Between(tsc0, ns0, tsc1, ns1);
    }

    /// <summary>The clock that goes through two readings.</summary>
    public static TscClock Between(ulong tsc0, ulong ns0, ulong tsc1, ulong ns1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tsc1, tsc0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ns1, ns0);
        var mult = (ulong)(((UInt128)(ns1 - ns0) << MultShift) / (tsc1 - tsc0));
        var hz = (ulong)((UInt128)(tsc1 - tsc0) * 1_000_000_000 / (ns1 - ns0));
        return new TscClock(tsc1, ns1, mult, MultShift, hz);
    }

    /// <summary>CLOCK_MONOTONIC at a reading of the counter, in ns.</summary>
    public ulong Nanoseconds(ulong tsc) => NsBase + (ulong)(((UInt128)(tsc - TscBase) * Mult) >> Shift);

    /// <summary>Writes the conversion into a boot block.</summary>
    public void Fill(ref BootBlock boot)
    {
        boot.TscBase = TscBase;
        boot.NsBase = NsBase;
        boot.TscMult = Mult;
        boot.TscShift = (uint)Shift;
        boot.TscHz = Hz;
    }

    /// <summary>The counter and the clock at one moment: the tightest of several readings.</summary>
    private static (ulong Tsc, ulong Nanoseconds) ReadTogether()
    {
        var best = (Tsc: 0UL, Nanoseconds: 0UL);
        var width = ulong.MaxValue;
        for (var i = 0; i < 16; i++)
        {
            var before = TimeStampCounter.Read();
            var nanoseconds = (ulong)((Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);
            var after = TimeStampCounter.Read();
            if (after - before < width)
            {
                width = after - before;
                best = (before + (width / 2), nanoseconds);
            }
        }

        return best;
    }
}
