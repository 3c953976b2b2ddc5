using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>One stage of a run. Any thread.</summary>
internal sealed class RunningStage(
    PlannedStage stage, StagePlace place, ICoreKernel kernel, ulong run, RunRings rings, RunOptions options, IRunObserver observer)
{
    private readonly (int In, int Out) _links = rings.LinksOf(stage.Index);
    private IReadOnlyList<StartStep> _steps = [];
    private volatile Event.Ended? _end;
    private volatile bool _asked;

    public PlannedStage Stage => stage;

    public MachineKind Machine => kernel.Machine;

    /// <summary>Links it reads and writes, -1 for none.</summary>
    public (int In, int Out) Links => _links;

    public bool HasEnded => _end is not null;

    /// <summary>How it ended; only once it has.</summary>
    public StageEnd End => new(_end ?? throw new InvalidOperationException($"'{stage.Label}' has not ended"), _links.Out >= 0, _asked);

    /// <summary>Runs it to its end and closes what it left open.</summary>
    public async Task<Event.Ended> RunAsync()
    {
        var start = new Request.Start(run, stage.Label, stage.ImagePath, stage.Arguments, rings.PortsOf(stage.Index),
            options.MemoryBytes, place.SpinIterations, options.Files, TimeoutMilliseconds: 0);
        var end = await kernel.RunAsync(start, Tell).ConfigureAwait(false);
        rings.CloseFor(stage.Index, end.Kind == EndKind.Exited ? RingState.Ended : RingState.Failed);
        _end = end;
        return end;
    }

    /// <summary>Asks for its end; does nothing once it has ended.</summary>
    public void Kill(KillReason reason)
    {
        if (!HasEnded)
        {
            _asked = true;
            kernel.Kill(run, reason);
        }
    }

    /// <summary>Ends the kernel's process if the stage has still not ended.</summary>
    public void Destroy()
    {
        if (!HasEnded)
        {
            kernel.Destroy();
        }
    }

    public StageResult Result()
    {
        var end = End;
        return new(stage.Label, kernel.Core, end.End.Kind, end.End.Status, end.End.Reason, end.Fails,
            Counts(_links.In, PortDirection.In), Counts(_links.Out, PortDirection.Out), end.End.Counts, _steps);
    }

    private PortCounts Counts(int link, PortDirection direction)
    {
        if (link < 0)
        {
            return PortCounts.None;
        }

        using var watch = RingWatch.Open(rings.Link(link));
        var side = direction == PortDirection.In ? watch.Consumer : watch.Producer;
        var name = rings.PortsOf(stage.Index).First(p => p.RingPath == rings.Link(link)).Port;
        return new(name, side.Messages, side.Bytes, side.IdleCycles, side.Waits, side.Parks);
    }

    private void Tell(Event message)
    {
        switch (message)
        {
            case Event.Started started:
                _steps = started.Steps;
                observer.Started(stage, started.Steps);
                break;
            case Event.Log log:
                observer.Note($"{stage.Label}: {log.Text}");
                break;
        }
    }
}
