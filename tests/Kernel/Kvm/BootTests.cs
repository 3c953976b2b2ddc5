using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

public sealed class BootTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_musl_program_says_hello_and_exits_with_its_status()
    {
        var calls = new TestCalls();
        var end = _machine.Run(TestMachine.Plan(TestGuests.Musl("hello"), "there"), calls);
        Assert.Equal(new GuestEnd.Exited(2), end);
        Assert.Equal("hello, there\n", calls.Output.ToString());
    }

    [Fact]
    public void A_musl_program_exits_the_guest_for_its_system_calls_and_nothing_else()
    {
        var end = _machine.Run(TestMachine.Plan(TestGuests.Musl("hello")));
        Assert.Equal(new GuestEnd.Exited(1), end);
        var counters = _machine.Machine.Counters;
        Assert.Equal(0UL, counters.Faults);
        Assert.Equal(counters.SystemCalls, counters.Exits - counters.Interrupts);
        Assert.InRange(counters.SystemCalls, 1UL, 6UL);
    }
}
