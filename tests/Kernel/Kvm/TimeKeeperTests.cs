using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>How a guest's clock follows the host's.</summary>
public sealed class TimeKeeperTests
{
    private const long Second = 1_000_000_000;
    private const long Tick = Second / 20;
    private const long CyclesPerNanosecond = 3;

    [Fact]
    public void A_line_goes_on_where_the_last_one_stands_whatever_the_host_reads()
    {
        var random = new Random(7);
        var keeper = Keeper();
        for (var i = 1; i < 2000; i++)
        {
            var before = keeper.Line;
            var now = At(i * Tick, random.Next(-5000, 5000));
            var stood = before.Nanoseconds(now.Tsc);
            var line = keeper.Next(now);
            Assert.Equal(stood, line.Nanoseconds(now.Tsc));
            Assert.InRange((long)stood - now.Monotonic, -100_000, 100_000);
        }
    }

    [Fact]
    public void A_host_that_runs_faster_than_before_is_caught_up_with()
    {
        var keeper = Keeper();
        var ahead = 0L;
        for (var i = 1; i < 200; i++)
        {
            ahead += Tick / 10_000; // 100 parts in a million.
            keeper.Next(At(i * Tick, ahead));
        }

        var last = At(199 * Tick, ahead);
        Assert.InRange((long)keeper.Line.Nanoseconds(last.Tsc) - last.Monotonic, -1_000, 1_000);
    }

    [Fact]
    public void After_a_pause_of_the_counter_the_clock_jumps_and_never_back()
    {
        var keeper = Keeper();
        keeper.Next(At(Tick, 0));
        var jumped = At(2 * Tick, 30 * Second);
        Assert.Equal((ulong)jumped.Monotonic, keeper.Next(jumped).Nanoseconds(jumped.Tsc));
        var back = At(3 * Tick, 0);
        Assert.True(keeper.Next(back).Nanoseconds(back.Tsc) >= (ulong)jumped.Monotonic);
    }

    [Fact]
    public void A_step_of_the_real_time_is_taken_over_and_noise_is_not()
    {
        var keeper = Keeper();
        Assert.Equal(5ul * (ulong)Second, keeper.Next(At(Tick, 0) with { RealtimeOffset = (5 * Second) + 900 }).RealtimeOffsetNs);
        Assert.Equal(9ul * (ulong)Second, keeper.Next(At(2 * Tick, 0) with { RealtimeOffset = 9 * Second }).RealtimeOffsetNs);
        Assert.Equal(2ul * (ulong)Second, keeper.Next(At(3 * Tick, 0) with { RealtimeOffset = 2 * Second }).RealtimeOffsetNs);
    }

    private static TimeKeeper Keeper() => new(At(-Tick, 0), At(0, 0));

    private static HostReading At(long nanoseconds, long ahead) => new(
        (ulong)((100 * Second) + (nanoseconds * CyclesPerNanosecond)), (10 * Second) + nanoseconds + ahead, 5 * Second, Second, Doubt: 0);
}
