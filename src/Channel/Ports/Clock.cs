using Muk.Channel.Interop;

namespace Muk;

/// <summary>Time, without an exit. Any thread.</summary>
public static class Clock
{
    /// <summary>CLOCK_MONOTONIC of the host in nanoseconds.</summary>
    public static long Now => GuestCalls.Now();
}
