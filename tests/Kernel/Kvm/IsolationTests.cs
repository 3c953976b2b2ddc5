using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

public sealed class IsolationTests : IDisposable
{
    private const int Illegal = 4, Trap = 5, Bus = 7, Arithmetic = 8, Segmentation = 11;

    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("write-text", "write to", "code and read only")]
    [InlineData("write-constant", "write to", "read only")]
    [InlineData("jump-data", "jump to", "data, not code")]
    [InlineData("jump-stack", "jump to", "the stack is not code")]
    [InlineData("write 65536", "write to 0x10000", "the system-call stub is read only")]
    [InlineData("write 131072", "write to 0x20000", "the boot block is read only")]
    [InlineData("jump 131072", "jump to 0x20000", "the boot block is read only and not code")]
    [InlineData("write 16", "write to 0x10", "null pointer")]
    [InlineData("read 0", "read from 0x0", "null pointer")]
    [InlineData("jump 0", "jump to 0x0", "null pointer")]
    [InlineData("read 4096000000", "read from", "nothing is mapped there")]
    [InlineData("upper-half", "read from 0xffff800000000000", "nothing is mapped there")]
    [InlineData("upper-half-jump", "jump to 0xffff800000000000", "nothing is mapped there")]
    [InlineData("recurse", "stack overflow", "below the stack's limit")]
    public void Memory_that_is_not_the_guests_to_use_so_is_a_segmentation_fault(string deed, string start, string reason)
    {
        var end = Assert.IsType<GuestEnd.Crashed>(_machine.Do(deed.Split(' ')));
        Assert.Equal(Segmentation, end.Signal);
        Assert.StartsWith(start, end.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, end.Reason, StringComparison.Ordinal);
        Assert.Equal(14, end.Fault.Vector);
        Assert.NotEmpty(end.Fault.Frames);
    }

    [Theory]
    [InlineData("divide", 0, Arithmetic, "division by zero")]
    [InlineData("step", 1, Trap, "single step")]
    [InlineData("step-call", 1, Trap, "single step")]
    [InlineData("breakpoint", 3, Trap, "breakpoint")]
    [InlineData("overflow", 4, Segmentation, "overflow trap")]
    [InlineData("illegal", 6, Illegal, "illegal instruction")]
    [InlineData("sp-at-fault", 6, Illegal, "illegal instruction")]
    [InlineData("hlt", 13, Segmentation, "privileged")]
    [InlineData("wrmsr", 13, Segmentation, "privileged")]
    [InlineData("cr3", 13, Segmentation, "privileged")]
    [InlineData("lidt", 13, Segmentation, "privileged")]
    [InlineData("noncanonical-jump", 13, Segmentation, "no pointer can have")]
    [InlineData("noncanonical-read", 13, Segmentation, "no pointer can have")]
    [InlineData("stub-jump", 13, Segmentation, "no such address")]
    [InlineData("unaligned", 17, Bus, "unaligned")]
    [InlineData("float", 19, Arithmetic, "floating-point")]
    [InlineData("in", 13, Segmentation, "`in` on port 0x60")]
    [InlineData("out", 13, Segmentation, "`out` on port 0x80")]
    [InlineData("out-as-trap", 13, Segmentation, "`out` on port 0x2e")]
    [InlineData("ins", 13, Segmentation, "port 0x60")]
    [InlineData("outs", 13, Segmentation, "port 0x60")]
    public void What_a_processor_refuses_ends_the_guest_with_linuxs_signal(string deed, int vector, int signal, string reason)
    {
        var end = Assert.IsType<GuestEnd.Crashed>(_machine.Do(deed));
        Assert.Contains(reason, end.Reason, StringComparison.Ordinal);
        Assert.Equal((signal, vector), (end.Signal, end.Fault.Vector));
        // The machine is as good as new after it.
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("calls", "3"));
    }

    [Fact]
    public void A_stack_pointer_that_points_nowhere_does_not_hinder_a_system_call()
    {
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("sp-at-call"));
    }

    [Theory]
    [InlineData("interrupt")]
    [InlineData("double-fault-vector")]
    public void A_software_interrupt_that_is_not_the_guests_ends_it(string deed)
    {
        // A processor raises a general protection fault; a KVM that emulates kernels in software calls the instruction illegal.
        var end = Assert.IsType<GuestEnd.Crashed>(_machine.Do(deed));
        Assert.Contains((end.Signal, end.Fault.Vector), new[] { (Segmentation, 13), (Illegal, 6) });
    }

    [Fact]
    public void Clearing_the_interrupt_flag_changes_nothing_or_is_refused()
    {
        // IOPL allows it; a KVM that emulates kernels in software does not.
        var end = _machine.Do("cli");
        Assert.True(end is GuestEnd.Exited { Status: 0 } or GuestEnd.Crashed { Signal: Segmentation, Fault.Vector: 13 }, $"{end}");
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("calls", "3"));
    }
}
