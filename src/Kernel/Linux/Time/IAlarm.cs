namespace Muk.Kernel.Linux.Time;

/// <summary>Wakes the vCPU thread at a time of the guest's choosing. Implemented by the core kernel's watcher thread, which
/// calls <see cref="Personality.AlarmFired"/> and kicks the machine. Called on the vCPU thread.</summary>
public interface IAlarm
{
    /// <summary>Fire at this time of <c>CLOCK_MONOTONIC</c>, in ns; 0: not at all. It replaces what was set before.</summary>
    void Set(long atNanoseconds);
}
