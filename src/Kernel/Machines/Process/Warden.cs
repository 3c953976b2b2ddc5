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

    /// <summary>Runs where this thread runs.</summary>
    public BellWatch Bells { get; } = new();

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
        Bells.Start();
        process.End = new ThreadWatch(process.Pid).Follow();
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
        Bells.Dispose();
        _work.Dispose();
    }

    private static void BuryHere(LaunchedProcess process)
    {
        if (process.End is null || process.End.StillThere)
        {
            Trace.Continue(process.Pid, 0);
            var (thread, status) = Trace.Wait();
            while (thread != process.Pid || Trace.HasStopped(status))
            {
                Trace.Continue(thread, 0); // Its threads stand in their exits too, and it is there until the last of them is gone.
                (thread, status) = Trace.Wait();
            }
        }

        process.Dispose();
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
