using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;

namespace Muk.Orchestrator.Nodes;

/// <summary>A core kernel in a process of its own. Any thread may ask; one thread of its own listens.</summary>
/// <remarks>The listener is the only one that receives, and whoever runs something the only one that sends, since there is one
/// run at a time. When the process is gone, what it has reported is still read, and then the run in hand ends with its death.</remarks>
internal sealed class CoreKernel : ICoreKernel, IAsyncDisposable
{
    private static readonly TimeSpan _startMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _shutdownMax = TimeSpan.FromSeconds(2);
    private const int DeathStatus = 137;

    private readonly KernelConnection _connection;
    private readonly KernelProcess _process;
    private readonly string _folder;
    private readonly int _kernel;
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource<Event.Ready> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _listener;
    private readonly Lock _lock = new();
    private RunInHand? _run;
    private bool _dead;

    private CoreKernel(
        KernelConnection connection, KernelProcess process, string folder, int kernel, int core, MachineKind machine,
        IReadOnlyList<int> hostCpus)
    {
        (_connection, _process, _folder, _kernel) = (connection, process, folder, kernel);
        (Core, Machine) = (core, machine);
        _ = process.Exited.ContinueWith(_ => Gone(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _listener = new Thread(() => Listen(hostCpus)) { IsBackground = true, Name = $"kernel {kernel}" };
        _listener.Start();
    }

    public int Core { get; }

    public MachineKind Machine { get; }

    public int Pid => _process.Pid;

    /// <summary>Whether it can take another run.</summary>
    public bool IsAlive
    {
        get
        {
            lock (_lock)
            {
                return !_dead;
            }
        }
    }

    /// <summary>Starts a kernel and waits until it is up.</summary>
    /// <exception cref="KernelException">It does not come up.</exception>
    /// <exception cref="HostException">Its files cannot be made.</exception>
    public static async Task<CoreKernel> StartAsync(
        string program, string folder, int kernel, int core, MachineKind machine, IReadOnlyList<int> hostCpus,
        string? joinFile, CancellationToken cancellation)
    {
        var connection = KernelConnection.Create(folder, kernel);
        CoreKernel started;
        try
        {
            var process = KernelProcess.Start(program, folder, kernel, core, machine, hostCpus, joinFile);
            started = new CoreKernel(connection, process, folder, kernel, core, machine, hostCpus);
        }
        catch (KernelException)
        {
            connection.Dispose();
            throw;
        }

        try
        {
            await started._ready.Task.WaitAsync(_startMax, cancellation).ConfigureAwait(false);
            return started;
        }
        catch (TimeoutException)
        {
            var tail = started._process.Tail;
            await started.DisposeAsync().ConfigureAwait(false);
            throw new KernelException($"the core kernel for core {core} said nothing for {_startMax.TotalSeconds} s{Said(tail)}");
        }
        catch (Exception problem) when (problem is KernelException or OperationCanceledException)
        {
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<Event.Ended> RunAsync(Request.Start start, Action<Event> sink)
    {
        var run = new RunInHand(start, sink, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            if (_run is not null)
            {
                throw new InvalidOperationException($"kernel {_kernel} already runs '{_run.Start.Name}'");
            }

            if (_dead)
            {
                return Task.FromResult(Death(start));
            }

            _run = run;
        }

        if (!_connection.TrySend(start))
        {
            _process.Kill();
        }

        return run.Ended.Task;
    }

    public void Kill(ulong run, KillReason reason) => _connection.Kill(run, reason);

    public void Destroy() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (IsAlive && _ready.Task.IsCompletedSuccessfully)
        {
            _connection.TrySend(new Request.Shutdown());
            await Task.Run(() => _process.WaitForEnd(_shutdownMax)).ConfigureAwait(false);
        }

        _process.Kill();
        await Task.Run(_listener.Join).ConfigureAwait(false);
        _connection.Dispose();
        _process.Dispose();
        _gone.Dispose();
        foreach (var file in new[]
                 {
                     NodeFiles.Control(_folder, _kernel), NodeFiles.Requests(_folder, _kernel), NodeFiles.Events(_folder, _kernel),
                     NodeFiles.Memory(_folder, _kernel),
                 })
        {
            File.Delete(file);
        }
    }

    private void Listen(IReadOnlyList<int> hostCpus)
    {
        if (hostCpus.Count > 0)
        {
            Affinity.Set([.. hostCpus]);
        }

        var fault = "";
        try
        {
            while (!_gone.IsCancellationRequested)
            {
                if (_connection.Receive(Timeout.InfiniteTimeSpan, _gone.Token) is { } message)
                {
                    Take(message);
                }
                else if (_connection.KernelEnded)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process is gone; what it has said before is read below.
        }
        catch (ControlFormatException problem)
        {
            fault = problem.Message;
            _process.Kill();
        }

        _process.WaitForEnd(Timeout.InfiniteTimeSpan);
        while (fault.Length == 0 && _connection.Receive(TimeSpan.Zero, CancellationToken.None) is { } message)
        {
            Take(message);
        }

        Die(fault);
    }

    private void Take(Event message)
    {
        RunInHand? run;
        lock (_lock)
        {
            run = _run;
            if (message is Event.Ended ended && ended.Run == run?.Start.Run)
            {
                _run = null;
            }
        }

        switch (message)
        {
            case Event.Ready ready:
                _ready.TrySetResult(ready);
                break;
            case Event.Ended ended when ended.Run == run?.Start.Run:
                run.Ended.SetResult(ended);
                break;
            case Event.Started started when started.Run == run?.Start.Run:
                run.Sink(message);
                break;
            case Event.Log log when log.Run == run?.Start.Run:
                run.Sink(message);
                break;
        }
    }

    private void Die(string fault)
    {
        RunInHand? run;
        lock (_lock)
        {
            _dead = true;
            run = _run;
            _run = null;
        }

        if (run is not null || !_ready.Task.IsCompleted)
        {
            _process.Exited.Wait(); // What it has said last comes with that.
        }

        if (!_ready.Task.IsCompleted)
        {
            _ready.TrySetException(new KernelException(
                $"the core kernel for core {Core} ended before it was up ({_process.HowItEnded}){Said(_process.Tail)}"));
        }

        run?.Ended.SetResult(Death(run.Start, fault));
    }

    private void Gone()
    {
        try
        {
            _gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Its end was seen, and everything cleared away, before the runtime had heard of it.
        }
    }

    private Event.Ended Death(Request.Start start, string fault = "")
    {
        var how = _process.HowItEnded;
        var reason = $"core kernel of '{start.Name}' died ({how}){(fault.Length > 0 ? $": {fault}" : Said(_process.Tail))}";
        return new(start.Run, EndKind.Killed, DeathStatus, reason, null, new RunCounts(0, 0, 0, 0, 0, 0, 0, 0));
    }

    private static string Said(string tail) => tail.Length > 0 ? $", saying: {tail}" : "";

    private sealed record RunInHand(Request.Start Start, Action<Event> Sink, TaskCompletionSource<Event.Ended> Ended);
}
