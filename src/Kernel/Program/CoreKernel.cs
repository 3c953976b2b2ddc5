using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Crashes;
using Muk.Kernel.Images;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Program;

/// <summary>The vCPU thread's loop: takes a request, loads, runs, reports. Everything here belongs to that thread.</summary>
internal sealed class CoreKernel(
    CoreOptions options, ControlServer server, IMachine machine, Watcher watcher, KickWord kick, GuestClock clock,
    RingFacts rings)
    : IKernelLog
{
    /// <summary>How long a kernel with nothing to do looks for a request before it sleeps.</summary>
    private const uint IdleSpinsMax = 20_000;

    /// <summary>The same on a core that is this kernel's alone: there is nobody it could be left to.</summary>
    private const uint OwnCoreIdleSpinsMax = 100 * IdleSpinsMax;

    private const int StatusRefused = 126;
    private const int StatusTimeout = 124;
    private const int StatusKilled = 137;
    private const int StatusSignal = 128;

    private readonly ImageCache _images = new();
    private ulong _run;
    private uint _idleSpins;

    public void Line(string text) => server.Report(new Event.Log(_run, text));

    /// <summary>Serves requests until it is told to end.</summary>
    /// <param name="ending">Has SIGTERM come?</param>
    public void Serve(Func<bool> ending)
    {
        while (!ending())
        {
            switch (server.Receive(_idleSpins))
            {
                case Request.Start start:
                    Start(start);
                    break;
                case Request.Shutdown:
                    return;
                default:
                    if (server.OrchestratorEnded)
                    {
                        return;
                    }

                    kick.Acknowledge();
                    break;
            }
        }
    }

    private void Start(Request.Start start)
    {
        var at = Stopwatch.GetTimestamp();
        _run = start.Run;
        // On a shared core every pause is somebody else's.
        _idleSpins = start.SpinIterations == uint.MaxValue ? OwnCoreIdleSpinsMax : Math.Min(start.SpinIterations, IdleSpinsMax);
        kick.Acknowledge();
        ref var page = ref server.Control.Page;
        (page.Exits, page.SystemCalls, page.Faults, page.Interrupts, page.Parks, page.MemoryBytes) = (0, 0, 0, 0, 0, 0);
        Volatile.Write(ref page.Run, start.Run);
        var steps = new List<StartStep>();
        Run? run = null;
        try
        {
            steps.Add(new("request", (ulong)at - server.Control.Page.AskedNs));
            var image = _images.Get(start.ImagePath);
            Step(steps, "image", ref at);
            run = Run.Prepare(start, image, rings, options.Core, clock, machine.Time, kick, watcher, this);
            Step(steps, "ports", ref at);
            machine.Load(run.Plan);
            Step(steps, "load", ref at);
            steps.AddRange(machine.StartSteps);
        }
        catch (Exception refused) when (refused is ImageException or RingFormatException or HostException)
        {
            run?.Ports.Close(RingState.Failed);
            run?.Dispose();
            server.Report(new Event.Ended(start.Run, EndKind.Refused, StatusRefused, refused.Message, null, new(0, 0, 0, 0, 0, 0, 0, 0)));
            return;
        }

        using (run)
        {
            server.ReportQuietly(new Event.Started(start.Run, steps));
            server.Report(RunToEnd(run, start.TimeoutMilliseconds));
        }

        machine.Clear();
    }

    private Event.Ended RunToEnd(Run run, uint timeoutMilliseconds)
    {
        ref var page = ref server.Control.Page;
        watcher.Begin(run.Number, run.Personality, timeoutMilliseconds);
        var started = Stopwatch.GetTimestamp();
        page.StartedNs = (ulong)started;
        var cycles = GuestClock.Cycles;
        GuestEnd end;
        try
        {
            end = machine.Run(run.Personality);
        }
        catch (HostException failed)
        {
            end = new GuestEnd.Killed(KillReason.MachineFailed, failed.Message);
        }

        cycles = GuestClock.Cycles - cycles;
        var nanoseconds = (ulong)Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        watcher.Finish();
        run.Ports.Close(end is GuestEnd.Exited ? RingState.Ended : RingState.Failed);
        var counters = machine.Counters;
        (page.Exits, page.SystemCalls, page.Faults) = (counters.Exits, counters.SystemCalls, counters.Faults);
        (page.Interrupts, page.Parks, page.MemoryBytes) = (counters.Interrupts, run.Personality.Parks, counters.MemoryBytes);
        var counts = new RunCounts(
            counters.Exits,
            counters.SystemCalls,
            counters.Faults,
            counters.Interrupts,
            run.Personality.Parks,
            counters.MemoryBytesPeak,
            nanoseconds,
            cycles);
        return end switch
        {
            GuestEnd.Exited e => new(run.Number, EndKind.Exited, e.Status, "", null, counts),
            GuestEnd.Crashed c => new(
                run.Number, EndKind.Crashed, StatusSignal + c.Signal, c.Reason, CrashReport.Of(c, run.Plan.Image), counts),
            GuestEnd.Killed k => new(
                run.Number, EndKind.Killed, k.Kind == KillReason.Timeout ? StatusTimeout : StatusKilled, k.Reason, null, counts),
            _ => throw new UnreachableException(),
        };
    }

    private static void Step(List<StartStep> steps, string name, ref long since)
    {
        var now = Stopwatch.GetTimestamp();
        steps.Add(new(name, (ulong)Stopwatch.GetElapsedTime(since, now).TotalNanoseconds));
        since = now;
    }
}
