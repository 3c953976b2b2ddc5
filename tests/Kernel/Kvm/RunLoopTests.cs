using Muk.Kernel.Linux;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Kvm;

public sealed class RunLoopTests : IDisposable
{
    private static readonly GuestEnd _killed = new GuestEnd.Killed(KillReason.Requested, "asked");

    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_spinning_guest_is_kicked_out_and_goes_on_when_nobody_wants_it_to_end()
    {
        var calls = new TestCalls();
        calls.OnInterrupt = () => calls.Interruptions < 3 ? null : _killed;
        _machine.Machine.Load(TestMachine.Plan(TestGuests.Bare("deeds"), "spin"));
        using var stop = new CancellationTokenSource();
        var kicker = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _machine.Machine.Kick();
                Thread.Sleep(1);
            }
        }) { IsBackground = true };
        kicker.Start();
        var end = _machine.Machine.Run(calls);
        stop.Cancel();
        kicker.Join();
        Assert.Same(_killed, end);
        Assert.Equal(3, calls.Interruptions);
    }

    [Fact]
    public void A_kick_before_the_run_is_not_lost()
    {
        var calls = new TestCalls { OnInterrupt = () => _killed };
        _machine.Machine.Load(TestMachine.Plan(TestGuests.Bare("deeds"), "spin"));
        _machine.Machine.Kick();
        Assert.Same(_killed, _machine.Machine.Run(calls));
    }

    [Fact]
    public void A_guest_that_is_kicked_all_the_time_computes_the_same()
    {
        using var stop = new CancellationTokenSource();
        var kicker = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _machine.Machine.Kick();
                Thread.Yield();
            }
        }) { IsBackground = true };
        kicker.Start();
        var end = _machine.Do("stale", "50");
        stop.Cancel();
        kicker.Join();
        Assert.Equal(new GuestEnd.Exited(0), end);
    }

    [Fact]
    public void A_system_call_costs_one_exit_and_no_allocation()
    {
        const int Calls = 2000;
        long first = 0, last = 0, count = 0;
        var calls = new CountingCalls(() =>
        {
            if (++count == 10)
            {
                first = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (count == Calls)
            {
                last = GC.GetAllocatedBytesForCurrentThread();
            }
        });
        _machine.Machine.Load(TestMachine.Plan(TestGuests.Bare("deeds"), "calls", $"{Calls}"));
        Assert.Equal(new GuestEnd.Exited(0), _machine.Machine.Run(calls));
        Assert.Equal(0, last - first);
        var counters = _machine.Machine.Counters;
        Assert.Equal((ulong)Calls + 1, counters.SystemCalls);
        Assert.Equal(counters.SystemCalls, counters.Exits - counters.Interrupts);
    }

    [Fact]
    public void Vector_registers_survive_system_calls()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, "no AVX-512 here");
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("vectors"));
    }

    [Fact]
    public void Extended_state_goes_out_and_in_again_and_nonsense_is_refused()
    {
        var checkedOnce = false;
        var calls = new TestCalls
        {
            OnCall = (call, guest) =>
            {
                var state = new byte[guest.ExtendedStateBytes];
                guest.SaveExtendedState(state);
                Assert.True(guest.TryLoadExtendedState(state));
                state.AsSpan(512, 8).Fill(0xff);
                Assert.False(guest.TryLoadExtendedState(state));
                Assert.False(guest.TryLoadExtendedState(state.AsSpan(0, 100)));
                checkedOnce = true;
            },
        };
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(TestMachine.Plan(TestGuests.Bare("deeds"), "calls", "1"), calls));
        Assert.True(checkedOnce);
    }

    private sealed class CountingCalls(Action onCall) : ISystemCalls
    {
        private static readonly GuestEnd _exited = new GuestEnd.Exited(0);

        public SystemCallResult Invoke(in SystemCall call, IGuest guest)
        {
            if (call.Number == 39)
            {
                onCall();
                return SystemCallResult.Return(42);
            }

            return SystemCallResult.Ended(_exited);
        }

        public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest) =>
            throw new InvalidOperationException(reason);

        public GuestEnd? Interrupted() => null;
    }
}
