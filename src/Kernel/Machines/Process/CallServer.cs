using System.Diagnostics;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Kernel.Machines.Process;

/// <summary>Serves the calls of one guest until it ends. Each is a thread's that stands in the kernel until it is answered; those that
/// wait are answered when they can be, in any order. Owner: the vCPU thread.</summary>
/// <remarks>The vCPU thread has the guest's core: while it sleeps the guest's threads run, and Linux gives them their turns.</remarks>
internal sealed class CallServer(LaunchedProcess process, ISystemCalls calls, ProcessGuest guest, HostWaits waits)
{
    /// <summary>How many threads a guest may have, as on <c>kvm</c>.</summary>
    public const int ThreadsMax = 512;

    private const int Clone = (int)LinuxCall.Clone;
    private const int Exit = (int)LinuxCall.Exit;
    private const int ThreadKill = (int)LinuxCall.Tkill;
    private const int Again = -11;
    private const int Interrupted = -4;
    private const long Restart = -512;
    private const long RestartNoHandler = -514;

    private static readonly TimeSpan _signalInterval = TimeSpan.FromMilliseconds(50);

    private readonly IThreadedCalls? _threaded = calls as IThreadedCalls;
    private readonly Dictionary<int, NotifiedCall> _waiting = [];
    private readonly List<int> _interrupted = [];
    private int _threads = 1;
    private bool _alone = true;
    private uint _parkedVersion;
    private bool _parked;
    private bool _mustLook;
    private int _looks;
    private long _signalsAt;

    /// <summary>Calls that came.</summary>
    public ulong Calls { get; private set; }

    /// <summary>Kicks that came.</summary>
    public ulong Kicks { get; private set; }

    /// <summary>Serves. Null: the process is over; else it is to be ended, for this.</summary>
    public GuestEnd? Serve()
    {
        waits.Begin(process);
        try
        {
            return Loop();
        }
        finally
        {
            Unpark();
        }
    }

    private GuestEnd? Loop()
    {
        while (true)
        {
            if (Finish() is { } finished)
            {
                return finished;
            }

            Wait();
            if (waits.Over)
            {
                return null;
            }

            if (waits.TakeKick())
            {
                Kicks++;
                if (calls.Interrupted() is { } end)
                {
                    return end;
                }
            }

            if (waits.CallCame && CallListener.TryReceive(process.Listener!, out var call) && Take(call) is { } ended)
            {
                return ended;
            }
        }
    }

    private GuestEnd? Take(in NotifiedCall call)
    {
        Calls++;
        _looks = 0;
        var thread = (int)call.Pid;
        switch (call.Number)
        {
            case Clone when !MayHaveAnother():
                CallListener.Answer(process.Listener!, call.Id, Again);
                return null;
            case Clone:
                _threads++;
                _alone = false;
                CallListener.LetThrough(process.Listener!, call.Id);
                return null;
            case Exit:
                _threads--;
                _ = _waiting.Remove(thread);
                _threaded?.Forget(Number(thread));
                CallListener.LetThrough(process.Listener!, call.Id);
                return null;
            case ThreadKill:
                // By us and not let through: Linux takes any thread's number there, and the one that is meant might have ended meanwhile.
                CallListener.Answer(process.Listener!, call.Id, GuestProcessCalls.Send(process.Pid, (int)call.A0, (int)call.A1));
                return null;
            default:
                return Begin(thread, call);
        }
    }

    private GuestEnd? Begin(int thread, in NotifiedCall call)
    {
        guest.Serve(call);
        _ = _waiting.Remove(thread); // What it was in is over: a thread has one call.
        var made = new SystemCall((uint)call.Number, call.A0, call.A1, call.A2, call.A3, call.A4, call.A5);
        var result = _threaded is null ? calls.Invoke(made, guest) : _threaded.Begin(Number(thread), made, guest);
        if (result is not { } done)
        {
            _waiting.Add(thread, call);
            return null;
        }

        return Answer(call, done);
    }

    /// <summary>Makes the waiting calls again that may go on.</summary>
    private GuestEnd? Finish()
    {
        while (_threaded is not null && _waiting.Count > 0)
        {
            if (!_alone && (!_parked || _parkedVersion != _threaded.WaitVersion))
            {
                Park();
            }

            if (!_threaded.TryNext(out var number))
            {
                break;
            }

            var thread = number == IThreadedCalls.FirstThread ? process.Pid : number;
            if (!_waiting.TryGetValue(thread, out var call) || !CallListener.IsStillThere(process.Listener!, call.Id))
            {
                _ = _waiting.Remove(thread);
                _threaded.Forget(number);
                continue;
            }

            guest.Serve(call);
            if (_threaded.Again(guest) is { } result)
            {
                _looks = 0;
                _waiting.Remove(thread);
                if (Answer(call, result) is { } end)
                {
                    return end;
                }
            }
        }

        return null;
    }

    /// <summary>Sleeps until something may have happened.</summary>
    private void Wait()
    {
        if (_threaded is null || _waiting.Count == 0)
        {
            Unpark();
            waits.Sleep(-1);
            return;
        }

        var limit = _signalInterval.Ticks * TimeSpan.NanosecondsPerTick;
        if (_alone)
        {
            _threaded.Sleep(limit);
            waits.Sleep(0);
        }
        else
        {
            var due = _threaded.DueIn;
            waits.Sleep(_mustLook ? HostWaits.LookPause(_looks++) : due < 0 ? limit : Math.Min(limit, due));
        }

        var now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(_signalsAt, now) >= _signalInterval)
        {
            _signalsAt = now;
            TakeSignals();
        }
    }

    /// <summary>Ends the waits of threads that have got a signal.</summary>
    private void TakeSignals()
    {
        _interrupted.Clear();
        foreach (var thread in _waiting.Keys)
        {
            var pending = PendingSignals.Of(thread);
            // One for all goes to the first thread if that would take it. For another one, whom it may pass by, the call must not
            // be left to Linux to be made again.
            if (pending == PendingSignal.Own || (pending == PendingSignal.Shared && (_alone || thread == process.Pid)))
            {
                _interrupted.Add(thread);
            }
        }

        foreach (var thread in _interrupted)
        {
            _threaded!.Interrupt(Number(thread));
        }
    }

    private GuestEnd? Answer(in NotifiedCall call, in SystemCallResult result)
    {
        if (result.Outcome == SystemCallOutcome.End)
        {
            return result.End;
        }

        // Only where a signal is certain to be looked at does Linux understand that a call is to be made again.
        var value = result.Value is Restart or RestartNoHandler && !_interrupted.Contains((int)call.Pid) ? Interrupted : result.Value;
        CallListener.Answer(process.Listener!, call.Id, value);
        return null;
    }

    private bool MayHaveAnother()
    {
        if (_threads >= ThreadsMax)
        {
            _threads = GuestProcessCalls.CountThreads(process.Pid); // Some that were let through were refused by Linux.
        }

        return _threads < ThreadsMax;
    }

    private void Park()
    {
        Unpark();
        _parkedVersion = _threaded!.WaitVersion;
        _parked = true;
        _mustLook = _threaded.MustLook;
        waits.Watch(_mustLook ? [] : _threaded.Park());
    }

    private void Unpark()
    {
        if (_parked)
        {
            _parked = false;
            waits.Watch([]);
            _threaded!.Unpark();
        }
    }

    private int Number(int thread) => thread == process.Pid ? IThreadedCalls.FirstThread : thread;
}
