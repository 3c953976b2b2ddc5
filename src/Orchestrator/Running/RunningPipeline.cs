using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>One run of a plan, from its rings to its result. One use.</summary>
/// <remarks>
/// What ends what: a stage that ends closes its side of its rings, so its reader sees the end of its input once it has read
/// everything, and its writer a pipe without a reader; that is how an end travels, in both directions, without help. Where a
/// stage did not end by its own exit (a crash, a refusal, a kernel that died) the others get <see cref="_grace"/> to follow,
/// and are then ended. The timeout and the cancellation end everything at once, and a kernel that does not react to being
/// asked is ended with its process, so the run always ends.
/// </remarks>
internal sealed class RunningPipeline : IDisposable
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    private readonly Plan _plan;
    private readonly RunOptions _options;
    private readonly IRunObserver _observer;
    private readonly TimeProvider _time;
    private readonly RunRings _rings;
    private readonly RunEnds _ends;
    private readonly ErrorPumps _errors;
    private readonly RunningStage[] _stages;
    private readonly CancellationTokenSource _stagesOver = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _stopping = new();
    private RunStop _stop;
    private string _stopReason = "";

    /// <param name="kernels">One for each stage, idle.</param>
    /// <exception cref="Channel.Interop.HostException">There is no memory for the rings.</exception>
    public RunningPipeline(
        Plan plan, PlacedPlan placed, IReadOnlyList<ICoreKernel> kernels, RunOptions options, INode node, IRunObserver observer,
        TimeProvider time)
    {
        (_plan, _options, _observer, _time) = (plan, options, observer, time);
        _rings = new RunRings(plan, placed, node);
        _ends = new RunEnds(plan, options, node, _rings);
        _errors = new ErrorPumps(plan, _rings, node, observer);
        _stages = [.. plan.Stages.Select((s, i) =>
            new RunningStage(s, placed.Stages[i], kernels[i], node.NextNumber(), _rings, options, observer))];
    }

    public async Task<RunResult> RunAsync(CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        _ends.Start();

        // Readers first, so that nobody writes into a stage that is not there yet.
        var runs = _stages.Reverse().Select(s => s.RunAsync()).ToArray();
        var following = runs.Select((run, i) => FollowAsync(_stages[^(i + 1)], run)).ToArray();
        var watching = WatchAsync(cancellation);
        await Task.WhenAll(runs).ConfigureAwait(false);
        var took = _time.GetElapsedTime(began);
        await _stagesOver.CancelAsync().ConfigureAwait(false);

        // Every stage has closed its side, so what is left in the rings is all there will be.
        await Task.Run(() =>
        {
            _ends.Finish();
            _errors.Finish();
        }, CancellationToken.None).ConfigureAwait(false);
        await _over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([watching, .. following]).ConfigureAwait(false);
        if (_stages.All(s => s.End.End.Kind == EndKind.Exited))
        {
            _rings.Free();
        }

        return Result(took);
    }

    public void Dispose()
    {
        // After an ordinary run nothing is left to end; after an exception out of it, everything.
        foreach (var stage in _stages)
        {
            stage.Destroy();
        }

        _ends.Dispose();
        _errors.Dispose();
        _stagesOver.Dispose();
        _over.Dispose();
        _rings.Dispose();
    }

    private async Task FollowAsync(RunningStage stage, Task<Event.Ended> run)
    {
        var end = await run.ConfigureAwait(false);
        if (end.Kind != EndKind.Exited && !stage.End.IsPipeDeath)
        {
            await DelayAsync(_grace, _stagesOver.Token).ConfigureAwait(false);
            StopAll(RunStop.Failure, "");
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        var limit = _options.Timeout ?? Timeout.InfiniteTimeSpan;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _over.Token);
        await DelayAsync(limit, either.Token).ConfigureAwait(false);
        if (_over.IsCancellationRequested)
        {
            return;
        }

        if (cancellation.IsCancellationRequested)
        {
            StopAll(RunStop.Cancelled, RunVerdict.InterruptReason);
        }
        else
        {
            StopAll(RunStop.Timeout, $"no end after {limit.TotalSeconds:0.###} s: {Doing()}");
        }

        _ends.CancelOutput();
        await DelayAsync(_grace, _stagesOver.Token).ConfigureAwait(false);
        foreach (var stage in _stages)
        {
            stage.Destroy();
        }
    }

    private string Doing() => _stages.All(s => s.HasEnded)
        ? "every stage has ended, and the output is not taken"
        : Diagnosis.Of(_plan, _stages, _rings);

    private async Task DelayAsync(TimeSpan span, CancellationToken until) =>
        await Task.Delay(span, _time, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void StopAll(RunStop why, string reason)
    {
        lock (_stopping)
        {
            if (_stop != RunStop.None || (why == RunStop.Failure && _stagesOver.IsCancellationRequested))
            {
                return;
            }

            (_stop, _stopReason) = (why, reason);
        }

        foreach (var stage in _stages)
        {
            stage.Kill(why switch
            {
                RunStop.Timeout => KillReason.Timeout,
                RunStop.Failure => KillReason.PipelineFailed,
                _ => KillReason.Requested,
            });
        }
    }

    private RunResult Result(TimeSpan took)
    {
        var verdict = RunVerdict.Of([.. _stages.Select(s => s.End)], _plan.Text.Labels, _stop, _stopReason);
        var results = _stages.Select(s => s.Result()).ToArray();
        for (var i = 0; i < results.Length; i++)
        {
            var crash = results[i].Fails ? CrashSummary.Of(_plan.Stages[i], _stages[i].End.End) : null;
            _observer.Ended(_plan.Stages[i], results[i], crash);
        }

        var (status, reason) = verdict.Status == 0 && (_ends.InputProblem ?? _ends.OutputProblem) is { } problem
            ? (1, problem)
            : (verdict.Status, verdict.Reason);
        return new(status, reason, _stages[0].Machine, took.Ticks * 100, results, _ends.InputBytes, _ends.OutputBytes);
    }
}
