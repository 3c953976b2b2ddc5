using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Several threads of one guest: who has the vCPU, who waits, and what is left of those that end.</summary>
public sealed class ThreadTests : IDisposable
{
    private const ulong At = ThreadBench.At;
    private const int User = 10;
    private readonly ThreadBench _threads = new();

    public void Dispose() => _threads.Dispose();

    private Bench Bench => _threads.Bench;

    [Fact]
    public void A_thread_begins_with_its_creators_registers_its_own_stack_and_storage_and_0_in_rax()
    {
        var before = Bench.Guest.Registers with { R12 = 77 };
        Bench.Guest.Registers = before;
        Bench.Guest.Extended.Fill(7);
        var second = _threads.Start();
        Assert.Equal((uint)second, (uint)Bench.Word(At + 4000));
        Bench.Guest.Extended.Fill(1);
        Assert.Equal(SystemCallOutcome.Resume, Bench.Invoke(24).Outcome);
        var registers = Bench.Guest.Registers;
        Assert.Equal((0ul, before.Rsp - 4096, 77ul, 0x1000ul), (registers.Rax, registers.Rsp, registers.R12, Bench.Guest.FsBase));
        Assert.All(Bench.Guest.Extended.ToArray(), state => Assert.Equal(7, state));
        Bench.Guest.Extended.Fill(2);
        Assert.Equal(second, Bench.Call(186));
        Bench.Invoke(24);
        Assert.Equal(1, Bench.Call(186));
        Assert.All(Bench.Guest.Extended.ToArray(), state => Assert.Equal(1, state));
        Assert.Equal(0ul, Bench.Guest.FsBase);
    }

    [Theory]
    [InlineData(0ul, -Errno.NoSystemCall)] // fork
    [InlineData(0x4100ul, -Errno.NoSystemCall)] // vfork
    public void A_process_of_its_own_is_not_made(ulong flags, long expected) => Assert.Equal(expected, Bench.Call(56, flags, 0, 0, 0, 0));

    [Fact]
    public void The_newer_clone_takes_a_struct_and_refuses_a_short_one()
    {
        Bench.Words(At, ThreadBench.Flags, 0, At + 808, At + 800, 0, At + 0x8000, 0x1000, 0x2000);
        Assert.Equal(-Errno.Invalid, Bench.Call(435, At, 56));
        Assert.Equal(-Errno.Fault, Bench.Call(435, FakeGuest.End, 64));
        var second = Bench.Call(435, At, 88);
        Assert.Equal((uint)second, (uint)Bench.Word(At + 800));
        Bench.Invoke(24);
        Assert.Equal((At + 0x9000, 0x2000ul), (Bench.Guest.Registers.Rsp, Bench.Guest.FsBase));
    }

    [Fact]
    public void There_is_a_limit_to_threads_and_an_end_makes_room()
    {
        for (var i = 1; i < Scheduler.CountMax; i++)
        {
            _threads.Start();
        }

        Assert.Equal(-Errno.Again, Bench.Call(56, ThreadBench.Flags, 0, At, At, 0));
        _threads.End();
        Assert.True(Bench.Call(56, ThreadBench.Flags, 0, At, At, 0) > Scheduler.CountMax);
    }

    [Fact]
    public void A_single_thread_is_never_interrupted_and_several_take_turns()
    {
        Bench.Call(Calls.Getaffinity, 0, 8, At);
        Assert.Equal(CallWait.Never, Bench.Guest.InterruptsAt);
        var (second, third) = (_threads.Start(), _threads.Start());
        Assert.Equal(Bench.Time.Monotonic + 10_000_000, Bench.Guest.InterruptsAt);
        Assert.Equal([second, third, 1, second], new[] { _threads.Interrupt(), _threads.Interrupt(), _threads.Yield(), _threads.Yield() });
    }

    [Fact]
    public void While_the_others_wait_for_good_the_only_thread_that_runs_is_not_interrupted()
    {
        var second = _threads.Start();
        Assert.Equal(second, _threads.Futex(At, ThreadBench.Wait, 0));
        Bench.Call(39);
        Assert.Equal(CallWait.Never, Bench.Guest.InterruptsAt);
    }

    [Fact]
    public void A_thread_that_sleeps_lets_the_others_run_and_is_asked_for_when_its_time_comes()
    {
        var second = _threads.Start();
        Bench.Words(At, 2, 0);
        var start = Bench.Time.Monotonic;
        Assert.Equal(second, _threads.Do(Calls.Nanosleep, At, 0));
        Assert.Equal(start + (2 * FakeTime.Second), Bench.Guest.InterruptsAt);
        Bench.Time.Monotonic += 2 * FakeTime.Second;
        Assert.Equal(1, _threads.Interrupt());
        Assert.Equal(0, Bench.Time.Sleeps);
    }

    [Fact]
    public void When_all_sleep_the_kernel_sleeps_until_the_first_is_due()
    {
        var second = _threads.Start();
        Bench.Words(At, 5, 0, 2, 0);
        Assert.Equal(second, _threads.Do(Calls.Nanosleep, At, 0));
        Assert.Equal(second, _threads.Do(Calls.Nanosleep, At + 16, 0));
        Assert.Equal((1, 1002 * FakeTime.Second), (Bench.Time.Sleeps, Bench.Time.Monotonic));
        Assert.Equal(1, _threads.Do(Calls.Nanosleep, At, 0));
        Assert.Equal(1005 * FakeTime.Second, Bench.Time.Monotonic);
    }

    [Fact]
    public void A_read_that_waits_for_a_port_lets_another_thread_run_and_goes_on_when_something_has_come()
    {
        var second = _threads.Start();
        Assert.Equal(second, _threads.Do(Calls.Read, 0, At, 10));
        Bench.Feed("news");
        Assert.Equal(1, _threads.Interrupt());
        Assert.Equal((4, "news", 0), (_threads.Result, Bench.Read(At, 4), Bench.Time.Sleeps));
    }

    [Fact]
    public void The_end_of_a_thread_clears_its_word_and_wakes_who_waits_for_it()
    {
        var second = _threads.Start();
        Bench.Words(ThreadBench.IdAt(0), (ulong)second);
        Assert.Equal(second, _threads.Futex(ThreadBench.IdAt(0), ThreadBench.Wait, (ulong)second));
        Assert.Equal(1, _threads.End());
        Assert.Equal(0ul, Bench.Word(ThreadBench.IdAt(0)));
        Assert.Equal(new GuestEnd.Exited(3), Bench.Invoke(60, 3).End);
    }

    [Fact]
    public void The_program_goes_on_after_its_first_threads_end_and_ends_with_that_ones_status()
    {
        var second = _threads.Start();
        Assert.Equal(second, _threads.End(9));
        Assert.Equal(new GuestEnd.Exited(9), Bench.Invoke(60, 4).End);
    }

    [Fact]
    public void An_exit_of_the_group_ends_all()
    {
        _threads.Start();
        _threads.Yield();
        Assert.Equal(new GuestEnd.Exited(5), Bench.Invoke(231, 5).End);
    }

    [Fact]
    public void A_thread_that_dies_with_locks_marks_them_and_wakes_one_who_waits_for_each()
    {
        const ulong head = At + 1024, first = At + 2048, waited = first + 16;
        var second = _threads.Start();
        Bench.Words(waited, (ulong)second | 0x8000_0000);
        Assert.Equal(second, _threads.Futex(waited, ThreadBench.Wait, (ulong)second | 0x8000_0000));
        Bench.Words(head, first, 16, 0);
        Bench.Words(first, first + 64);
        Bench.Words(first + 64, head, 0, 1); // Not the dying thread's own.
        Assert.Equal(second, _threads.Do(273, head, 24));
        Assert.Equal(1, _threads.End());
        Assert.Equal(0xc000_0000ul, Bench.Word(waited));
        Assert.Equal(1ul, Bench.Word(first + 64 + 16));
        Assert.Equal(-Errno.Invalid, Bench.Call(273, head, 16));
    }

    [Fact]
    public void A_robust_list_that_goes_round_or_nowhere_ends_nothing_but_its_thread()
    {
        _threads.Start();
        _threads.Start();
        Bench.Words(At, At + 64, 16, FakeGuest.End);
        Bench.Words(At + 64, At + 64);
        Bench.Call(273, At, 24);
        _threads.End();
        Bench.Call(273, FakeGuest.End, 24);
        Assert.Equal(3, _threads.End());
    }

    [Fact]
    public void A_signal_to_one_thread_is_handled_by_that_one_even_while_it_waits()
    {
        Bench.Handle(User);
        var second = _threads.Start();
        Assert.Equal(second, _threads.Futex(At, ThreadBench.Wait, 0));
        Assert.Equal(second, _threads.Do(Calls.Tgkill, 1, 1, User));
        Bench.Invoke(24);
        Assert.Equal((Bench.Handler, (ulong)User), (Bench.Guest.Registers.Rip, Bench.Guest.Registers.Rdi));
        Assert.Equal(1, Bench.Call(186));
        Bench.Return();
        Assert.Equal(unchecked((ulong)-Errno.Interrupted), Bench.Guest.Registers.Rax);
        Assert.Equal(-Errno.NoProcess, Bench.Call(Calls.Tgkill, 1, 99, User));
    }

    [Fact]
    public void A_signal_to_the_program_goes_to_a_thread_that_does_not_block_it()
    {
        Bench.Handle(User);
        var second = _threads.Start();
        Assert.Equal(second, _threads.Futex(At, ThreadBench.Wait, 0));
        Bench.Block(SignalState.Bit(User));
        Assert.Equal(0, Bench.Call(Calls.Kill, 1, User));
        Bench.Invoke(24);
        Assert.Equal(Bench.Handler, Bench.Guest.Registers.Rip);
        Assert.Equal(1, Bench.Call(186));
    }

    [Fact]
    public void Each_thread_has_its_own_mask_its_own_stack_for_signals_and_its_own_name()
    {
        var second = _threads.Start();
        Bench.Text("one", At);
        Bench.Call(Calls.Prctl, 15, At);
        Bench.Block(SignalState.Bit(User));
        Bench.Words(At + 64, At + 0x8000, 0, 8192);
        Assert.Equal(0, Bench.Call(Calls.Sigaltstack, At + 64, 0));
        Assert.Equal(second, _threads.Yield());
        Assert.Equal(0ul, Bench.Blocked());
        Bench.Call(Calls.Sigaltstack, 0, At + 64);
        Assert.Equal(SignalStack.Disabled, (uint)Bench.Word(At + 72));
        Bench.Call(Calls.Prctl, 16, At);
        Assert.Equal(0ul, Bench.Word(At));
        _threads.Yield();
        Bench.Call(Calls.Prctl, 16, At);
        Assert.Equal("one\0", Bench.Read(At, 4));
    }

    [Fact]
    public void A_crash_says_which_thread_it_was_and_how_many_there_were()
    {
        _threads.Start();
        _threads.Yield();
        Bench.Text("worker", At);
        Bench.Call(Calls.Prctl, 15, At);
        var end = Bench.Personality.Fault(Signal.Segment, 14, new(0x10), "bad", Bench.Guest).End;
        Assert.Equal("bad (thread 2 \"worker\" of 2)", Assert.IsType<GuestEnd.Crashed>(end).Reason);
    }

    [Fact]
    public void A_signal_that_is_waited_for_is_taken_and_no_handler_entered()
    {
        Bench.Handle(User);
        Bench.Block(SignalState.Bit(User));
        var second = _threads.Start();
        Bench.Words(At, SignalState.Bit(User));
        Assert.Equal(second, _threads.Do(128, At, At + 512, 0, 8));
        Bench.Words(At + 64, User, unchecked((uint)-1), 0x1_0000_0001, 0x1234);
        Assert.Equal(second, _threads.Do(129, 1, User, At + 64));
        Assert.Equal(1, _threads.Yield());
        Assert.Equal((User, User, 0x1234ul), (_threads.Result, (int)Bench.Word(At + 512), Bench.Word(At + 512 + 24)));
        Bench.Words(At + 64, 1, 0);
        Assert.Equal(second, _threads.Do(128, At, 0, At + 64, 8));
    }

    [Fact]
    public void A_barrier_of_memory_between_threads_is_registered_and_done()
    {
        Assert.Equal(31, Bench.Call(324, 0));
        Assert.Equal(0, Bench.Call(324, 16));
        Assert.Equal(0, Bench.Call(324, 8));
        Assert.Equal(-Errno.Invalid, Bench.Call(324, 64));
    }
}
