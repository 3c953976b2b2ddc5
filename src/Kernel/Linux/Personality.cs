using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>The Linux personality of one run. Owner: the vCPU thread, but for <see cref="End"/> and <see cref="AlarmFired"/>.</summary>
/// <remarks>
/// A call that has to wait says so (<see cref="CallWait"/>) and is made again when it may go on, its time is over, or a signal is to be
/// delivered. Only when nothing can go on does the vCPU thread wait, in <see cref="Idle"/>; a kick brings it back.
/// </remarks>
public sealed class Personality : ISystemCalls, IDisposable
{
    private const long Exit = 60;
    private const long ExitGroup = 231;
    private const long SignalReturn = 15;
    private const int NamedMax = 64;
    private const int InstructionBytes = 2; // Of `syscall`.
    private const ulong AddressEnd = 0x0000_8000_0000_0000;

    private readonly Session _session;
    private readonly DescriptorTable _descriptors = new();
    private readonly Grants _grants;
    private readonly Dispatch _dispatch;
    private readonly Idle _idle;
    private readonly SignalFrame _frame = new();
    private readonly HashSet<long> _named = [];
    private int _alarmFired;

    public Personality(PersonalityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = new(options);
        _grants = new(options.Files);
        _idle = new(options.Time, options.Kick);
        var ports = options.Ports;
        var error = new PortSink(ports.Error, inode: 3) { Flags = OpenFlags.WriteOnly };
        var output = ReferenceEquals(ports.Output, ports.Error) && ports.Error is not null
            ? error
            : new PortSink(ports.Output, inode: 2) { Flags = OpenFlags.WriteOnly };
        _descriptors.Add(new PortSource(ports.Input) { Flags = OpenFlags.ReadOnly });
        _descriptors.Add(output);
        _descriptors.Add(error);
        _dispatch = new(_session, _descriptors, _grants, error);
    }

    /// <summary>Times a call of the guest's has waited.</summary>
    public ulong Parks { get; private set; }

    /// <summary>Ends the run soon; the machine must be kicked afterwards, and the kick word. Any thread; the first call counts.</summary>
    public void End(GuestEnd end) => _session.RequestEnd(end);

    /// <summary>The time given to <see cref="IAlarm"/> has come; the machine and the kick word must be kicked
    /// afterwards. Any thread.</summary>
    public void AlarmFired()
    {
        _session.Signals.Post(Signal.Alarm);
        Volatile.Write(ref _alarmFired, 1);
    }

    public SystemCallResult Invoke(in SystemCall call, IGuest guest)
    {
        _session.Guest = guest;
        switch (call.Number)
        {
            case Exit or ExitGroup:
                return SystemCallResult.Ended(new GuestEnd.Exited((int)call.A0 & 0xff));
            case SignalReturn:
                return ReturnFromSignal(guest);
            default:
                break;
        }

        var wait = _session.Wait;
        wait.Begin();
        while (true)
        {
            var value = _dispatch.Serve(call) ?? Unknown(call.Number);
            if (value == -Errno.Wait)
            {
                if (!wait.Interrupted)
                {
                    WaitUntilReady(wait);
                    if (_session.EndRequested is not null)
                    {
                        return SystemCallResult.Ended(_session.EndRequested);
                    }

                    continue;
                }

                value = wait.Interruption;
            }

            if (value == -Errno.Pipe)
            {
                Raise(Signal.Pipe, guest);
            }

            RearmAlarm();
            if (_session.EndRequested is { } end)
            {
                return SystemCallResult.Ended(end);
            }

            var interrupted = value is -Errno.Restart or -Errno.RestartNoHandler;
            if (_session.Signals.AnyDeliverable)
            {
                if (guest.AddressSpace is not null)
                {
                    return Deliver(guest, guest.Registers, value, call.Number);
                }

                RaiseAll(guest);
                value = interrupted ? -Errno.Interrupted : value;
                interrupted = false;
            }

            if (!interrupted)
            {
                return SystemCallResult.Return(value);
            }

            _session.Acknowledge();
        }
    }

    /// <summary>Waits until the call may go on or must come back.</summary>
    private void WaitUntilReady(CallWait wait)
    {
        Parks += wait.Again ? 0ul : 1ul;
        while (true)
        {
            _session.Acknowledge();
            RearmAlarm();
            var due = wait.DueAt;
            var now = due == CallWait.Never ? 0 : _session.Time.MonotonicNanoseconds();
            if (_session.MustComeBack || wait.News || now >= due)
            {
                wait.Repeat(now, _session.Signals.AnyDeliverable);
                return;
            }

            _idle.Clear();
            _idle.Add(wait);
            _idle.Wait(due);
        }
    }

    public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        _session.Guest = guest;
        var signals = _session.Signals;
        var info = SignalInfo.Fault(signal, vector, address.Value);
        if (signals.Action(signal).HasHandler && (signals.Blocked & SignalState.Bit(signal)) == 0)
        {
            if (Enter(guest, guest.Registers, info))
            {
                return SystemCallResult.Resume();
            }

            reason += ", and its handler has no stack";
        }

        return SystemCallResult.Ended(new GuestEnd.Crashed(signal, reason, Backtrace.At(guest, vector, address)));
    }

    public GuestEnd? Interrupted()
    {
        _session.Acknowledge();
        RearmAlarm();
        if (_session.EndRequested is { } end)
        {
            return end;
        }

        if (!_session.HasGuest || !_session.Signals.AnyDeliverable)
        {
            return null;
        }

        var guest = _session.Guest;
        if (guest.AddressSpace is null)
        {
            RaiseAll(guest);
            return null;
        }

        // Within the kernel's own stubs a guest is between two of its instructions: the signal keeps until the next exit.
        var registers = guest.Registers;
        return registers.Rip >= AddressEnd ? null : Deliver(guest, registers, (long)registers.Rax, call: -1).End;
    }

    public void Dispose()
    {
        _descriptors.CloseFiles();
        _grants.Dispose();
    }

    /// <summary>Enters the handlers of all signals that are ready, the last one on top, or ends the guest by one without.</summary>
    private SystemCallResult Deliver(IGuest guest, GuestRegisters registers, long value, long call)
    {
        var again = value is -Errno.Restart or -Errno.RestartNoHandler;
        registers.Rax = again ? unchecked((ulong)-Errno.Interrupted) : (ulong)value;
        for (var signal = _session.Signals.Take(); signal != 0; signal = _session.Signals.Take())
        {
            ref var action = ref _session.Signals.Action(signal);
            if (!action.HasHandler)
            {
                guest.Registers = registers;
                return SystemCallResult.Ended(new GuestEnd.Crashed(signal, Fate(signal), Backtrace.Standing(guest)));
            }

            if (value == -Errno.Restart && (action.Flags & SignalAction.FlagRestart) != 0)
            {
                registers.Rax = (ulong)call;
                registers.Rip -= InstructionBytes;
            }

            value = 0; // Only the first handler returns into the interrupted call.
            if (!Enter(guest, registers, SignalInfo.Sent(signal)))
            {
                return SystemCallResult.Ended(new GuestEnd.Crashed(
                    Signal.Segment, $"no stack for the handler of {Signal.Name(signal)}", Backtrace.Standing(guest)));
            }

            registers = guest.Registers;
        }

        return SystemCallResult.Resume();
    }

    private bool Enter(IGuest guest, GuestRegisters registers, in SignalInfo info)
    {
        var signals = _session.Signals;
        ref var action = ref signals.Action(info.Number);
        var entered = action;
        if (!_frame.TryPush(guest, registers, entered, info, signals.Stack, signals.SavedMask ?? signals.Blocked))
        {
            return false;
        }

        signals.SavedMask = null;
        var own = (entered.Flags & SignalAction.FlagNoDefer) != 0 ? 0 : SignalState.Bit(info.Number);
        signals.Block(signals.Blocked | entered.Mask | own);
        if ((entered.Flags & SignalAction.FlagResetHand) != 0)
        {
            action.Handler = SignalAction.Default;
        }

        return true;
    }

    private SystemCallResult ReturnFromSignal(IGuest guest)
    {
        if (!_frame.TryPop(guest, out var mask, out var stack))
        {
            return SystemCallResult.Ended(new GuestEnd.Crashed(
                Signal.Segment, "it returned from a signal with a broken frame", Backtrace.Standing(guest)));
        }

        _session.Signals.Block(mask);
        _session.Signals.Stack = stack;
        var registers = guest.Registers;
        return _session.Signals.AnyDeliverable
            ? Deliver(guest, registers, (long)registers.Rax, call: -1)
            : SystemCallResult.Resume();
    }

    private void Raise(int signal, IGuest guest)
    {
        if (guest.AddressSpace is not null)
        {
            _session.Signals.Post(signal);
        }
        else if (guest is IHostSignals host)
        {
            host.Raise(signal);
        }
    }

    private void RaiseAll(IGuest guest)
    {
        for (var signal = _session.Signals.Take(); signal != 0; signal = _session.Signals.Take())
        {
            Raise(signal, guest);
        }
    }

    private void RearmAlarm()
    {
        if (_alarmFired != 0 && Interlocked.Exchange(ref _alarmFired, 0) != 0)
        {
            _dispatch.Time.Fired();
        }
    }

    private long Unknown(long number)
    {
        if (_named.Count < NamedMax && _named.Add(number))
        {
            _session.Options.Log.Line($"system call {SystemCallNames.Of(number)} is not served: ENOSYS");
        }

        return -Errno.NoSystemCall;
    }

    private static string Fate(int signal) => signal switch
    {
        Signal.Abort => "it called abort",
        Signal.Pipe => "it wrote to a port that nobody reads",
        Signal.Alarm => "its alarm went off, and it has no handler",
        _ => "it sent itself the signal",
    };
}
