using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

public sealed class ClockTests
{
    [Fact]
    public void A_guest_reads_the_hosts_own_time_stamp_counter()
    {
        using var machine = new TestMachine();
        ulong seen = 0;
        var calls = new TestCalls { OnCall = (call, _) => seen = call.Number == 500 ? call.A0 : seen };
        var before = TimeStampCounter.Read();
        Assert.Equal(new GuestEnd.Exited(0), machine.Run(TestMachine.Plan(TestGuests.Bare("deeds"), "clock"), calls));
        Assert.InRange(seen, before, TimeStampCounter.Read());
    }

    [Fact]
    public void A_million_readings_of_the_time_never_leave_the_guest()
    {
        using var machine = new TestMachine();
        using var stop = new CancellationTokenSource();
        var updates = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                ((IMachine)machine.Machine).Time!.Update();
            }
        });
        updates.Start();
        GuestEnd end;
        try
        {
            end = machine.Run(TestMachine.Plan(TestGuests.Musl("clocks"), "alone"));
        }
        finally
        {
            stop.Cancel();
            updates.Join();
        }

        Assert.Equal(new GuestEnd.Exited(0), end);
        Assert.InRange(machine.Machine.Counters.SystemCalls, 1ul, 40ul);
        Assert.InRange(machine.Machine.Counters.Exits - machine.Machine.Counters.Interrupts, 1ul, 40ul);
    }

    [Fact]
    public void A_clock_goes_through_the_readings_it_was_made_of()
    {
        var clock = TscClock.Between(1_000_000, 5_000, 3_600_000, 1_005_000);
        Assert.Equal(2_600_000_000UL, clock.Hz);
        Assert.Equal(1_005_000UL, clock.Nanoseconds(3_600_000));
        Assert.InRange(clock.Nanoseconds(3_600_000 + 2_600_000_000), 1_000_000_000UL + 1_004_999, 1_000_000_000UL + 1_005_001);
    }

    [Fact]
    public void A_calibrated_clock_agrees_with_the_monotonic_one()
    {
        var clock = TscClock.Calibrate(5);
        var before = System.Diagnostics.Stopwatch.GetTimestamp();
        var ours = clock.Nanoseconds(TimeStampCounter.Read());
        var after = System.Diagnostics.Stopwatch.GetTimestamp();
        var slack = 1_000_000UL;
        Assert.InRange(ours, (ulong)before - slack, (ulong)after + slack);
    }
}
