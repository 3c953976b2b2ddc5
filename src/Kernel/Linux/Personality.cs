using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>The Linux personality of one run. Owner: the vCPU thread, but for <see cref="End"/> and <see cref="AlarmFired"/>.</summary>
/// <remarks>
/// A call that has to wait says so (<see cref="CallWait"/>) and is made again when it may go on, its time is over, or a signal is to be
/// delivered; until then the vCPU is another thread's. Only when nothing can go on does the vCPU thread wait, in <see cref="Idle"/>; a
/// kick brings it back.
/// </remarks>
public sealed partial class Personality : ISystemCalls, IDisposable
{
    private const long Exit = 60;
    private const long ExitGroup = 231;
    private const long SignalReturn = 15;
    private const long Yield = 24;
    private const int NamedMax = 64;

    private readonly Session _session;
    private readonly DescriptorTable _descriptors = new();
    private readonly Grants _grants;
    private readonly Dispatch _dispatch;
    private readonly HashSet<long> _named = [];
    private int _alarmFired;

    public Personality(PersonalityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _session = new(options);
        _contexts = new(_session.Thread);
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

    /// <summary>The time given to <see cref="Time.IAlarm"/> has come; the machine and the kick word must be kicked
    /// afterwards. Any thread.</summary>
    public void AlarmFired() => Volatile.Write(ref _alarmFired, 1);

    public SystemCallResult Invoke(in SystemCall call, IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        _session.Guest = guest;
        TakeAlarm();
        var thread = _session.Thread;
        (thread.Call, thread.InCall) = (call, true);
        thread.Wait.Begin();
        var result = Make(guest);
        if (!_leaves && result is { } done)
        {
            BeforeEntry(guest);
            return done;
        }

        return Leave(guest, result);
    }

    public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        _session.Guest = guest;
        var signals = _session.Signals;
        var info = SignalInfo.OfFault(signal, vector, guest.FaultCode, address.Value, guest.Registers.Rip);
        if (signals.Action(signal).HasHandler && (signals.Blocked & SignalState.Bit(signal)) == 0)
        {
            if (Enter(guest, guest.Registers, info))
            {
                return SystemCallResult.Resume();
            }

            reason += ", and its handler has no stack";
        }

        return Crash(signal, reason, Backtrace.At(guest, vector, address));
    }

    public GuestEnd? Interrupted()
    {
        _session.Acknowledge();
        TakeAlarm();
        if (_session.EndRequested is { } end)
        {
            return end;
        }

        if (!_session.HasGuest)
        {
            return null;
        }

        var guest = _session.Guest;
        if (guest.AddressSpace is null)
        {
            RaiseAll(guest);
            return null;
        }

        return Preempt(guest);
    }

    public void Dispose()
    {
        _descriptors.CloseFiles();
        _grants.Dispose();
    }

    /// <summary>The alarm has gone off: its signal waits from now on, and the next one of an interval is set.</summary>
    private void TakeAlarm()
    {
        if (_alarmFired != 0 && Interlocked.Exchange(ref _alarmFired, 0) != 0)
        {
            _session.Signals.PostToAll(SignalInfo.Kernel(Signal.Alarm));
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
}
