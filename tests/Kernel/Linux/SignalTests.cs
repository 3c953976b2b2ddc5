using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Signals on a machine where the personality keeps them.</summary>
public sealed class SignalTests : IDisposable
{
    private const ulong At = Bench.At;
    private const int User = 10, Child = 17, Stop = 19;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_signal_to_itself_enters_the_handler_and_comes_back_with_every_register_as_it_was()
    {
        _bench.Handle(User);
        var before = new GuestRegisters
        {
            Rbx = 1, Rcx = 2, Rdx = 3, Rsi = 4, Rdi = 5, Rsp = FakeGuest.StackTop - 8, Rbp = 6, R8 = 7, R9 = 8, R10 = 9,
            R11 = 10, R12 = 11, R13 = 12, R14 = 13, R15 = 14, Rip = 0x5000_0000_2222, Rflags = 0x246,
        };
        _bench.Guest.Registers = before;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Kill, 1, User).Outcome);
        var inside = _bench.Guest.Registers;
        Assert.Equal((Bench.Handler, (ulong)User, 8ul), (inside.Rip, inside.Rdi, inside.Rsp % 16));
        Assert.True(inside.Rsp < before.Rsp - 128, "the red zone is kept");
        Assert.Equal(Bench.Restorer, _bench.Word(inside.Rsp));
        Assert.Equal((uint)User, (uint)_bench.Word(inside.Rsi));
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal(before, _bench.Guest.Registers);
    }

    [Fact]
    public void A_blocked_signal_waits_shows_as_pending_and_comes_with_its_unblocking()
    {
        _bench.Handle(User);
        _bench.Block(SignalState.Bit(User));
        Assert.Equal(0, _bench.Call(Calls.Tkill, 1, User));
        Assert.Equal(0, _bench.Call(Calls.Tgkill, 1, 1, User));
        Assert.Equal(0, _bench.Call(Calls.Sigpending, At, 8));
        Assert.Equal(SignalState.Bit(User), _bench.Word(At));
        _bench.Words(At, 0);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Sigprocmask, 2, At, 0, 8).Outcome);
        Assert.Equal(Bench.Handler, _bench.Guest.Registers.Rip);
        Assert.Equal(SignalState.Bit(User), _bench.Blocked());
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal(0ul, _bench.Blocked());
    }

    [Fact]
    public void Kill_and_stop_can_be_neither_blocked_nor_handled()
    {
        _bench.Block(ulong.MaxValue);
        Assert.Equal(~(SignalState.Bit(Signal.Kill) | SignalState.Bit(Stop)), _bench.Blocked());
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Sigaction, Signal.Kill, At, 0, 8));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Sigaction, Stop, At, 0, 8));
        Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Kill, 1, Signal.Kill).End);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(65, 8)]
    [InlineData(User, 4)]
    public void A_sigaction_of_nonsense_is_refused(ulong signal, ulong bytes) =>
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Sigaction, signal, 0, At, bytes));

    [Fact]
    public void A_signal_ignored_by_nature_or_by_wish_does_nothing()
    {
        Assert.Equal(0, _bench.Call(Calls.Kill, 0, Child));
        _bench.Handle(User, handler: SignalAction.Ignore);
        Assert.Equal(0, _bench.Call(Calls.Kill, 1, User));
    }

    [Fact]
    public void Nobody_else_can_be_reached()
    {
        Assert.Equal(-Errno.NoProcess, _bench.Call(Calls.Kill, 2, User));
        Assert.Equal(-Errno.NoProcess, _bench.Call(Calls.Tkill, 2, User));
        Assert.Equal(-Errno.NoProcess, _bench.Call(Calls.Tgkill, 1, 2, User));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Kill, 1, 65));
        Assert.Equal(0, _bench.Call(Calls.Kill, 1, 0));
    }

    [Fact]
    public void A_signal_without_a_handler_ends_the_guest_with_its_number() =>
        Assert.Equal(User, Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Kill, 1, User).End).Signal);

    [Fact]
    public void A_suspended_guest_gets_the_signal_and_then_its_old_mask_back()
    {
        _bench.Handle(Signal.Alarm);
        _bench.Block(SignalState.Bit(Signal.Alarm));
        _bench.Words(At, 0);
        _bench.Time.WhenEndless = _bench.FireAlarm;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Sigsuspend, At, 8).Outcome);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal(unchecked((ulong)-Errno.Interrupted), _bench.Guest.Registers.Rax);
        Assert.Equal(SignalState.Bit(Signal.Alarm), _bench.Blocked());
    }

    [Fact]
    public void An_alternate_stack_is_used_where_it_is_wanted_and_not_changed_while_in_use()
    {
        const ulong stack = At + (20 * FakeGuest.Page);
        _bench.Words(At, stack, 0, 1000);
        Assert.Equal(-Errno.NoMemory, _bench.Call(Calls.Sigaltstack, At, 0));
        _bench.Words(At, stack, 0, 8192);
        Assert.Equal(0, _bench.Call(Calls.Sigaltstack, At, 0));
        _bench.Handle(User, flags: SignalAction.FlagOnStack);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Kill, 1, User).Outcome);
        Assert.InRange(_bench.Guest.Registers.Rsp, stack, stack + 8192);
        Assert.Equal(-Errno.Perm, _bench.Call(Calls.Sigaltstack, At, 0));
        _bench.Return();
        Assert.Equal(FakeGuest.StackTop, _bench.Guest.Registers.Rsp);
        _bench.Words(At, 0, SignalStack.Disabled, 0);
        Assert.Equal(0, _bench.Call(Calls.Sigaltstack, At, At + 100));
        Assert.Equal(stack, _bench.Word(At + 100));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(FakeGuest.End + 0x2000)]
    [InlineData(0xffff_ffff_ffff_fff0)]
    [InlineData(64ul)]
    public void A_handler_without_a_stack_ends_the_guest_with_a_reason(ulong stackPointer)
    {
        _bench.Handle(User);
        _bench.Guest.Registers = _bench.Guest.Registers with { Rsp = stackPointer };
        var end = Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Kill, 1, User).End);
        Assert.Equal((Signal.Segment, "no stack for the handler of SIGUSR1"), (end.Signal, end.Reason));
    }

    [Fact]
    public void A_frame_that_is_not_there_ends_the_guest()
    {
        _bench.Guest.Registers = _bench.Guest.Registers with { Rsp = FakeGuest.End };
        Assert.Equal(Signal.Segment, Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Sigreturn).End).Signal);
    }

    [Fact]
    public void A_forged_frame_cannot_leave_the_guests_half_of_the_address_space()
    {
        _bench.Words(At + 40 + (16 * 8), 0xffff_8000_0000_0000);
        _bench.Guest.Registers = _bench.Guest.Registers with { Rsp = At };
        Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Sigreturn).End);
    }

    [Fact]
    public void A_forged_frame_sets_no_flag_that_is_not_the_guests_and_blocks_no_kill()
    {
        _bench.Words(At + 40 + (16 * 8), 0x5000, ulong.MaxValue);
        _bench.Words(At + 40 + 256, ulong.MaxValue);
        _bench.Guest.Registers = new() { Rsp = At, Rflags = 0x202 };
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Sigreturn).Outcome);
        const ulong privileged = 0x3000 | 0x4000 | 0x20000 | 0x80000 | 0x100000; // IOPL, NT, VM, VIF, VIP
        Assert.Equal(0ul, _bench.Guest.Registers.Rflags & privileged);
        Assert.Equal(0x202ul, _bench.Guest.Registers.Rflags & 0x202);
        Assert.Equal(0ul, _bench.Blocked() & SignalState.Bit(Signal.Kill));
    }

    [Theory]
    [InlineData(At + 1001, true)]
    [InlineData(FakeGuest.End - 64, true)]
    [InlineData(0xffff_ffff_ffff_ffc0, true)]
    [InlineData(At + 1024, false)]
    public void A_forged_frame_with_a_broken_extended_state_ends_the_guest(ulong at, bool taken)
    {
        _bench.Guest.TakesExtendedState = taken;
        _bench.Words(At + 40 + 184, at);
        _bench.Guest.Registers = _bench.Guest.Registers with { Rsp = At };
        Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Sigreturn).End);
    }

    [Fact]
    public void A_fault_enters_its_handler_unless_that_is_blocked()
    {
        _bench.Handle(Signal.Segment);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Personality.Fault(Signal.Segment, 14, new(0x10), "bad", _bench.Guest).Outcome);
        Assert.Equal(0x10ul, _bench.Word(_bench.Guest.Registers.Rsi + 16));
        var again = _bench.Personality.Fault(Signal.Segment, 14, new(0x20), "bad again", _bench.Guest);
        Assert.Equal("bad again", Assert.IsType<GuestEnd.Crashed>(again.End).Reason);
    }

    [Fact]
    public void Handlers_of_several_signals_are_entered_one_upon_the_other()
    {
        _bench.Handle(User);
        _bench.Handle(12);
        _bench.Block(SignalState.Bit(User) | SignalState.Bit(12));
        _bench.Call(Calls.Kill, 1, User);
        _bench.Call(Calls.Kill, 1, 12);
        _bench.Words(At, 0);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Sigprocmask, 2, At, 0, 8).Outcome);
        Assert.Equal(12ul, _bench.Guest.Registers.Rdi);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal((Bench.Handler, (ulong)User), (_bench.Guest.Registers.Rip, _bench.Guest.Registers.Rdi));
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal((0ul, FakeGuest.StackTop), (_bench.Guest.Registers.Rax, _bench.Guest.Registers.Rsp));
    }

    [Fact]
    public void A_handler_for_one_time_is_gone_afterwards()
    {
        _bench.Handle(User, flags: SignalAction.FlagResetHand);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Kill, 1, User).Outcome);
        _bench.Return();
        Assert.IsType<GuestEnd.Crashed>(_bench.Invoke(Calls.Kill, 1, User).End);
    }

    [Theory]
    [InlineData(0ul, unchecked((ulong)-Errno.Interrupted), 0ul)]
    [InlineData(SignalAction.FlagRestart, 0ul, 2ul)]
    public void A_read_that_a_signal_interrupts_fails_or_is_made_again_as_the_handler_wishes(ulong flags, ulong rax, ulong back)
    {
        _bench.Handle(Signal.Alarm, flags: flags);
        var before = _bench.Guest.Registers.Rip;
        _bench.FireAlarm();
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Read, 0, At, 4).Outcome);
        _bench.Return();
        Assert.Equal((rax, before - back), (_bench.Guest.Registers.Rax, _bench.Guest.Registers.Rip));
    }
}
