using System.Collections.Concurrent;
using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>The thread that starts, traces and buries processes. Linux ties all three to the thread that does them: a
/// tracee answers its tracer only, and a child's PDEATHSIG follows the thread that made it.</summary>
/// <remarks>While a guest runs this thread sleeps in waitpid. It stays on the host's cores. Work is done in order; what
/// comes while a guest runs waits for its end. Public members: any thread.</remarks>
internal sealed class Warden : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly string _launcherPath;
    private readonly Tracing _tracing;
    private LaunchedProcess? _spare;

    public Warden(string launcherPath, Tracing tracing)
    {
        _launcherPath = launcherPath;
        _tracing = tracing;
        _thread = new Thread(Work) { IsBackground = true, Name = "warden" };
        _thread.Start();
    }

    /// <summary>A launcher that waits for its plan: the one that stands ready, or a new one.</summary>
    public LaunchedProcess Take()
    {
        var taken = Interlocked.Exchange(ref _spare, null);
        return taken ?? Call(() => LaunchedProcess.Spawn(_launcherPath, _tracing));
    }

    /// <summary>Starts the next launcher while nobody waits for it. A failure shows when it is taken.</summary>
    public void MakeReady() => _work.Add(() =>
    {
        if (Volatile.Read(ref _spare) is not null)
        {
            return;
        }

        try
        {
            Volatile.Write(ref _spare, LaunchedProcess.Spawn(_launcherPath, _tracing));
        }
        catch (HostException)
        {
            Volatile.Write(ref _spare, null);   // Take tries again, and tells whoever asked.
        }
    });

    /// <summary>Watches the process until its end.</summary>
    public void Watch(LaunchedProcess process) => _work.Add(() =>
    {
        process.End = Follow(process);
        Descriptors.Signal(process.Ended);
    });

    /// <summary>Lets an ended process go for good: nothing of it is left afterwards.</summary>
    public void Bury(LaunchedProcess process) => _ = Call(() =>
    {
        BuryHere(process);
        return 0;
    });

    public void Dispose()
    {
        _work.Add(() =>
        {
            if (Interlocked.Exchange(ref _spare, null) is { } spare)
            {
                spare.Kill();
                BuryHere(spare);
            }
        });
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private static void BuryHere(LaunchedProcess process)
    {
        if (process.End is null || process.End.StillThere)
        {
            int status;
            do
            {
                Trace.Continue(process.Pid, 0);
                status = Trace.Wait(process.Pid);
            }
            while ((status & 0xff) == 0x7f);
        }

        process.Dispose();
    }

    /// <summary>Lets every signal through until the process stands in its exit, where its registers and its memory can still
    /// be looked at; a signal that the guest handles itself is none of our business.</summary>
    private static ProcessEnd Follow(LaunchedProcess process)
    {
        SignalFacts? last = null;
        UserRegisters? lastRegisters = null;
        while (true)
        {
            var status = Trace.Wait(process.Pid);
            if ((status & 0xff) != 0x7f)
            {
                return new ProcessEnd(status, lastRegisters, last, StillThere: false);
            }

            var signal = (status >> 8) & 0xff;
            switch (status >> 16)
            {
                case Trace.EventExit:
                    UserRegisters? atExit = Trace.TryGetRegisters(process.Pid, out var registers) ? registers : null;
                    if (Trace.TryGetExit(process.Pid, out var exit))
                    {
                        var fatal = last?.Signal == (exit & 0x7f) ? last : null;
                        return new ProcessEnd(exit, fatal is null ? atExit : lastRegisters, fatal, StillThere: true);
                    }

                    Trace.Continue(process.Pid, 0);
                    break;
                case 0:
                    last = Trace.TryGetSignal(process.Pid, out var facts) ? facts : null;
                    lastRegisters = Trace.TryGetRegisters(process.Pid, out var here) ? here : null;
                    Trace.Continue(process.Pid, signal);
                    break;
                default:
                    Trace.Continue(process.Pid, 0);   // A group stop: nobody is to stop a guest.
                    break;
            }
        }
    }

    private T Call<T>(Func<T> what)
    {
        using var done = new ManualResetEventSlim();
        T? result = default;
        Exception? failure = null;
        _work.Add(() =>
        {
            try
            {
                result = what();
            }
            catch (HostException refused)
            {
                failure = refused;
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        return failure is null ? result! : throw failure;
    }

    private void Work()
    {
        foreach (var item in _work.GetConsumingEnumerable())
        {
            item();
        }
    }
}
