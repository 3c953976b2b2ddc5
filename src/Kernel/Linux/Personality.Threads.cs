using System.Text;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux;

/// <content>Whose turn it is: calls that wait and are made again, threads that end, and time slices.</content>
public sealed partial class Personality
{
    /// <summary>How long a thread runs while others are in line.</summary>
    private const long SliceNanoseconds = 10_000_000;

    /// <summary>How often rings are looked at that a thread waits for while another one runs.</summary>
    private const long LookNanoseconds = 10_000_000;

    private readonly ContextSwitch _contexts;
    private readonly Idle _idle;
    private long _sliceEnd = CallWait.Never;

    /// <summary>The current thread is to leave the vCPU to the others: it yields, or is over.</summary>
    private bool _leaves;
    private bool _over;
    private int _firstStatus;

    private Scheduler Threads => _session.Threads;

    /// <summary>Makes the current thread's call, for the first time or again. Null: it waits.</summary>
    private SystemCallResult? Make(IGuest guest)
    {
        var thread = _session.Thread;
        var wait = thread.Wait;
        var call = thread.Call;
        while (true)
        {
            switch (call.Number)
            {
                case ExitGroup:
                    return SystemCallResult.Ended(new GuestEnd.Exited((int)call.A0 & 0xff));
                case Exit:
                    return EndThread((int)call.A0 & 0xff);
                case SignalReturn:
                    thread.InCall = false;
                    return ReturnFromSignal(guest);
                case Yield:
                    _leaves = Threads.OthersReady || Threads.Waiting.Count > 0;
                    break;
                default:
                    break;
            }

            var value = _dispatch.Serve(call) ?? Unknown(call.Number);
            if (value == -Errno.Wait)
            {
                if (!wait.Interrupted)
                {
                    return null;
                }

                value = wait.Interruption;
            }

            if (value == -Errno.Pipe)
            {
                Raise(Signal.Pipe, guest);
            }

            TakeAlarm();
            if (_session.EndRequested is { } end)
            {
                return SystemCallResult.Ended(end);
            }

            var interrupted = value is -Errno.Restart or -Errno.RestartNoHandler;
            if (_session.Signals.AnyDeliverable)
            {
                if (guest.AddressSpace is not null)
                {
                    thread.InCall = false;
                    return Deliver(guest, guest.Registers, value, call.Number);
                }

                RaiseAll(guest);
                value = interrupted ? -Errno.Interrupted : value;
                interrupted = false;
            }

            if (!interrupted)
            {
                thread.InCall = false;
                return SystemCallResult.Return(value);
            }

            _session.Acknowledge();
            wait.Begin();
        }
    }

    /// <summary>The current thread's call waits, or it leaves the vCPU with a result: another one goes on.</summary>
    private SystemCallResult Leave(IGuest guest, SystemCallResult? result)
    {
        _leaves = false;
        if (result is null)
        {
            ParkCurrent();
        }
        else if (result.Value.Outcome == SystemCallOutcome.End)
        {
            return result.Value;
        }
        else if (_over)
        {
            _over = false;
        }
        else
        {
            _ = result.Value.Outcome == SystemCallOutcome.Return ? Give(guest, result.Value.Value) : default;
            Threads.WakeReady(_session.Time.MonotonicNanoseconds());
            Threads.Enqueue(Threads.Current);
        }

        return RunNext(guest);
    }

    /// <summary>Gives the current thread the result of its call. On <c>process</c> that is the machine's to do.</summary>
    private static SystemCallResult Give(IGuest guest, long value)
    {
        if (guest.AddressSpace is null)
        {
            return SystemCallResult.Return(value);
        }

        guest.Registers = guest.Registers with { Rax = (ulong)value };
        return SystemCallResult.Resume();
    }

    private void ParkCurrent()
    {
        Parks += _session.Wait.Again ? 0ul : 1ul;
        Threads.Park();
    }

    /// <summary>Picks threads and makes their calls until one of them has something to run, waiting if need be.</summary>
    private SystemCallResult RunNext(IGuest guest)
    {
        while (true)
        {
            _session.Acknowledge();
            TakeAlarm();
            if (_session.EndRequested is { } end)
            {
                return SystemCallResult.Ended(end);
            }

            var now = _session.Time.MonotonicNanoseconds();
            Threads.WakeReady(now);
            if (!Threads.TryNext())
            {
                if (Threads.Deadlocked() && !_dispatch.Time.AlarmArmed)
                {
                    return Deadlock(guest);
                }

                WaitForAny();
                continue;
            }

            var thread = Threads.Current;
            if (guest.AddressSpace is not null)
            {
                _contexts.Load(guest, thread);
                _sliceEnd = now + SliceNanoseconds;
            }

            SystemCallResult? result = thread.InCall ? Make(guest)
                : _session.Signals.AnyDeliverable ? Deliver(guest, guest.Registers)
                : SystemCallResult.Resume();
            if (result is not { } done)
            {
                ParkCurrent();
                continue;
            }

            BeforeEntry(guest);
            return done;
        }
    }

    /// <summary>The current thread's slice is over, another one's time has come, or nothing: whoever is first in line goes on.</summary>
    private GuestEnd? Preempt(IGuest guest)
    {
        _ = LooksOutside();
        Threads.WakeReady(_session.Time.MonotonicNanoseconds());
        if (Threads.OthersReady)
        {
            Threads.Enqueue(Threads.Current);
            var next = RunNext(guest);
            return (next.Outcome == SystemCallOutcome.Return ? Give(guest, next.Value) : next).End;
        }

        var end = _session.Signals.AnyDeliverable ? Deliver(guest, guest.Registers).End : null;
        BeforeEntry(guest);
        return end;
    }

    /// <summary>The guest goes on: with the right extended state, and for how long.</summary>
    private void BeforeEntry(IGuest guest)
    {
        _contexts.LoadExtended(guest);
        if (Threads.All.Count == 1)
        {
            return;
        }

        var due = CallWait.Never;
        if (Threads.Waiting.Count > 0)
        {
            var now = _session.Time.MonotonicNanoseconds();
            var outside = LooksOutside();
            Threads.WakeReady(now);
            due = outside ? Math.Min(Threads.DueAt(), now + LookNanoseconds) : Threads.DueAt();
        }

        if (Threads.OthersReady)
        {
            if (_sliceEnd == CallWait.Never)
            {
                _sliceEnd = _session.Time.MonotonicNanoseconds() + SliceNanoseconds;
            }

            due = Math.Min(due, _sliceEnd);
        }
        else
        {
            _sliceEnd = CallWait.Never;
        }

        guest.InterruptAt(due);
    }

    /// <summary>Looks at the rings that threads wait for. Does anybody wait for one?</summary>
    private bool LooksOutside()
    {
        var any = false;
        foreach (var thread in Threads.Waiting)
        {
            foreach (ref readonly var entry in thread.Wait.Sources)
            {
                if (entry.Source is OutsideSource source)
                {
                    source.Look();
                    any = true;
                }
            }
        }

        return any;
    }

    private void WaitForAny()
    {
        _idle.Clear();
        foreach (var thread in Threads.Waiting)
        {
            _idle.Add(thread.Wait);
        }

        _idle.Wait(Threads.DueAt());
    }

    /// <summary>exit: the last thread to end ends the program, with the first one's status.</summary>
    private SystemCallResult EndThread(int status)
    {
        var thread = _session.Thread;
        if (thread.Id == IdentityCalls.ProcessId)
        {
            _firstStatus = status;
        }

        _dispatch.Threads.End();
        _contexts.Forget(thread);
        if (!Threads.EndCurrent())
        {
            return SystemCallResult.Ended(new GuestEnd.Exited(_firstStatus));
        }

        (_leaves, _over) = (true, true);
        return SystemCallResult.Resume();
    }

    private SystemCallResult Deadlock(IGuest guest)
    {
        var waiting = Threads.Waiting;
        var words = new StringBuilder();
        foreach (var thread in waiting)
        {
            words.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(words.Length > 0 ? ", " : "")}0x{thread.Futex.Word:x}");
        }

        var reason = waiting.Count == 1
            ? $"deadlock: it waits on the futex at {words} and has no other thread to wake it"
            : $"deadlock: all of its {waiting.Count} threads wait on futexes, at {words}";
        if (guest.AddressSpace is not null)
        {
            _contexts.Load(guest, waiting[0]);
        }

        return SystemCallResult.Ended(new GuestEnd.Crashed(Signal.Abort, reason, Backtrace.Standing(guest)));
    }

    /// <summary>A crash, and of which thread where there are several.</summary>
    private SystemCallResult Crash(int signal, string reason, GuestFault fault)
    {
        var count = Threads.All.Count;
        if (count > 1)
        {
            var thread = _session.Thread;
            var name = Encoding.UTF8.GetString(thread.Name).TrimEnd('\0');
            reason += string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $" (thread {thread.Id}{(name.Length > 0 ? $" \"{name}\"" : "")} of {count})");
        }

        return SystemCallResult.Ended(new GuestEnd.Crashed(signal, reason, fault));
    }
}
