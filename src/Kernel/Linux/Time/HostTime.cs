using Muk.Channel.Interop;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux.Time;

/// <summary>The host's clocks, which both machines' guests also read by themselves. Made on the vCPU thread.</summary>
internal sealed class HostTime : IGuestTime
{
    private const int CpuOfProcess = 2;
    private const int CpuOfThread = 3;

    private readonly long _cpuBefore = Cpu();

    /// <summary>The guest's CPU time is the vCPU thread's since the run began.</summary>
    public bool TryRead(int clock, out TimeSpec now)
    {
        if (clock is CpuOfProcess or CpuOfThread)
        {
            now = TimeSpec.FromNanoseconds(Cpu() - _cpuBefore);
            return true;
        }

        return HostClock.TryRead(clock, out now);
    }

    public void Sleep(KickWord kick, ReadOnlySpan<Bell> bells, long nanoseconds)
    {
        if (bells.IsEmpty)
        {
            kick.Sleep(nanoseconds);
        }
        else
        {
            kick.SleepWith(bells, nanoseconds);
        }
    }

    private static long Cpu() => HostClock.TryRead(CpuOfThread, out var now) ? now.TotalNanoseconds : 0;
}
