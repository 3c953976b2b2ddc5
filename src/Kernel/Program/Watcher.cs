using System.Diagnostics;
using System.Globalization;
using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Program;

/// <summary>The thread that ends runs: on a kill, at a timeout. It also lets the guest's alarm go off, keeps the counters of the
/// control page and wakes an orchestrator that has not seen what was reported quietly. It runs on the host's cores.
/// <see cref="Begin"/>, <see cref="Finish"/> and <see cref="Set"/> are called on the vCPU thread.</summary>
internal sealed class Watcher : IAlarm
{
    private const long Tick = 50_000_000;
    private const long Never = long.MaxValue;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly ControlServer _server;
    private readonly ControlMapping _control;
    private readonly IMachine _machine;
    private readonly KickWord _kick;
    private readonly int[] _cores;
    private Current? _current;
    private long _alarmAt = Never;
    private volatile bool _endAll;

    public Watcher(ControlServer server, IMachine machine, KickWord kick, int[] cores)
    {
        _server = server;
        _control = server.Control;
        _machine = machine;
        _kick = kick;
        _cores = cores;
    }

    /// <summary>Starts the thread. It never holds the process up.</summary>
    public void Start() => new Thread(Watch, maxStackSize: 256 * 1024) { IsBackground = true, Name = "watcher" }.Start();

    /// <summary>A run begins; one that has been killed already ends as it begins.</summary>
    public void Begin(ulong run, Personality personality, uint timeoutMilliseconds)
    {
        Volatile.Write(ref _alarmAt, Never);
        var deadline = timeoutMilliseconds == 0 ? Never : Now() + (timeoutMilliseconds * NanosecondsPerMillisecond);
        var current = new Current(run, personality, deadline, timeoutMilliseconds);
        Volatile.Write(ref _current, current);
        Interlocked.MemoryBarrier(); // Pairs with whoever kills: they see the run, or we see the kill.
        EndIfKilled(current);
        if (deadline - Now() < Tick)
        {
            _control.Nudge();
        }
    }

    /// <summary>The run is over.</summary>
    public void Finish() => Volatile.Write(ref _current, null);

    /// <summary>Ends the run in hand and every one that begins from now on: the kernel itself is to end. Any thread.</summary>
    public void EndAll()
    {
        _endAll = true;
        Interlocked.MemoryBarrier(); // Pairs with Begin's: it sees the word, or we see its run.
        if (Volatile.Read(ref _current) is { } current)
        {
            EndIfKilled(current);
        }

        Kick();
    }

    public void Set(long atNanoseconds)
    {
        Volatile.Write(ref _alarmAt, atNanoseconds == 0 ? Never : atNanoseconds);
        if (atNanoseconds != 0 && atNanoseconds - Now() < Tick)
        {
            _control.Nudge();
        }
    }

    private void Watch()
    {
        if (_cores.Length > 0)
        {
            Affinity.Set(_cores);
        }

        while (true)
        {
            var seen = _control.KillWord;
            var next = Never;
            _machine.Time?.Update();
            if (Volatile.Read(ref _current) is { } current)
            {
                next = Look(current);
            }

            _server.WakeReader();
            // Without a run there is nothing to wait for but a word from the orchestrator, or the next run's deadlines.
            _control.WaitForKill(seen, Math.Clamp(next - Now(), 0, Tick));
        }
    }

    /// <summary>Does what is due, and says when the next thing is.</summary>
    private long Look(Current current)
    {
        Count();
        EndIfKilled(current);
        var now = Now();
        if (now >= current.Deadline)
        {
            var seconds = (current.TimeoutMilliseconds / 1000.0).ToString(CultureInfo.InvariantCulture);
            End(current, KillReason.Timeout, $"it ran longer than {seconds} s");
        }

        var alarm = Volatile.Read(ref _alarmAt);
        if (now >= alarm && Interlocked.CompareExchange(ref _alarmAt, Never, alarm) == alarm)
        {
            current.Personality.AlarmFired();
            Kick();
        }

        if (current.Ending)
        {
            Kick(); // Again at each tick: a kick that came before the guest's first instruction may have met nobody.
        }

        return Math.Min(current.Deadline > now ? current.Deadline : Never, Volatile.Read(ref _alarmAt));
    }

    private void EndIfKilled(Current current)
    {
        if (_endAll)
        {
            End(current, KillReason.Requested, "its core kernel was told to end");
        }
        else if (Volatile.Read(ref _control.Page.KillRun) == current.Run)
        {
            var kind = (KillReason)Volatile.Read(ref _control.Page.KillReason);
            End(current, Enum.IsDefined(kind) ? kind : KillReason.Requested, kind switch
            {
                KillReason.PipelineFailed => "another stage failed",
                KillReason.Timeout => "it ran longer than it was given",
                _ => "it was told to end",
            });
        }
    }

    private void End(Current current, KillReason kind, string reason)
    {
        if (!current.Ending)
        {
            current.Ending = true;
            current.Personality.End(new GuestEnd.Killed(kind, reason));
            Kick();
        }
    }

    private void Kick()
    {
        _kick.Kick();
        _machine.Kick();
    }

    private void Count()
    {
        var counters = _machine.Counters;
        ref var page = ref _control.Page;
        page.Exits = counters.Exits;
        page.SystemCalls = counters.SystemCalls;
        page.Faults = counters.Faults;
        page.Interrupts = counters.Interrupts;
        page.MemoryBytes = counters.MemoryBytes;
    }

    private static long Now() => Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);

    private sealed class Current(ulong run, Personality personality, long deadline, uint timeoutMilliseconds)
    {
        private volatile bool _ending;

        public ulong Run => run;

        public Personality Personality => personality;

        public long Deadline => deadline;

        public uint TimeoutMilliseconds => timeoutMilliseconds;

        public bool Ending
        {
            get => _ending;
            set => _ending = value;
        }
    }
}
