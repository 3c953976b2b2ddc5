using Muk.Abi;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>The standard errors of a run's stages, each pumped by a thread of its own.</summary>
internal sealed class ErrorPumps : IDisposable
{
    private readonly List<ErrorPump> _pumps = [];
    private readonly List<PumpThread> _threads = [];

    public ErrorPumps(Plan plan, RunRings rings, INode node, IRunObserver observer)
    {
        foreach (var stage in plan.Stages)
        {
            if (rings.Error(stage.Index) is { } ring)
            {
                var places = stage.Manifest.Language == SourceLanguage.CSharp
                    ? new TracePlaces(stage.ImagePath, RepositoryRoot.Around(Environment.CurrentDirectory))
                    : null;
                var pump = new ErrorPump(ring, line => observer.Wrote(stage, places?.Spell(line) ?? line));
                _pumps.Add(pump);
                _threads.Add(PumpThread.Start($"err of {stage.Label}", node.HostCpus, pump.Run));
            }
        }
    }

    /// <summary>Waits until everything has been shown; every stage must have ended.</summary>
    public void Finish() => _threads.ForEach(t => t.Join());

    public void Dispose()
    {
        _pumps.ForEach(p => p.Cancel());
        Finish();
        _pumps.ForEach(p => p.Dispose());
    }
}
