using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>The ring files of one run: one for each link and one for each stage's standard error. Given back when disposed.</summary>
internal sealed class RunRings : IDisposable
{
    private const long ErrorBytes = 64 * 1024;
    private const uint ErrorRecordBytes = 4096;

    private readonly Plan _plan;
    private readonly RingStore _store;
    private readonly string[] _links;
    private readonly string?[] _errors;
    private bool _areFree;

    /// <exception cref="Channel.Interop.HostException">There is no memory for them.</exception>
    public RunRings(Plan plan, PlacedPlan placed, INode node)
    {
        (_plan, _store) = (plan, node.Rings);
        _links = new string[plan.Links.Count];
        _errors = new string?[plan.Stages.Count];
        try
        {
            for (var i = 0; i < _links.Length; i++)
            {
                _links[i] = _store.Take(Options(plan.Links[i], placed));
            }

            for (var i = 0; i < _errors.Length; i++)
            {
                // A stage whose `err` the text links to its neighbour has no standard error of its own.
                if (!plan.Links.Any(l => l.From == new LinkEnd(i, PortTable.Err)))
                {
                    _errors[i] = _store.Take(new RingOptions(RingKind.Records, ErrorRecordBytes, 8, ErrorBytes,
                        RingFlags.ConsumerParks | (placed.Stages[i].Parks ? RingFlags.ProducerParks : RingFlags.None)));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Link(int index) => _links[index];

    /// <summary>The ring of the stage's standard error; null where it has none of its own.</summary>
    public string? Error(int stage) => _errors[stage];

    /// <summary>The link that the stage reads, and the one that it writes; -1 for none.</summary>
    public (int In, int Out) LinksOf(int stage) =>
        (_plan.Links.ToList().FindIndex(l => l.To?.Stage == stage), _plan.Links.ToList().FindIndex(l => l.From?.Stage == stage));

    /// <summary>What the core kernel is told about the stage's ports.</summary>
    public IReadOnlyList<PortLink> PortsOf(int stage)
    {
        var (input, output) = LinksOf(stage);
        var ports = new List<PortLink>();
        if (input >= 0)
        {
            ports.Add(new(_plan.Links[input].To!.Port, PortDirection.In, _links[input]));
        }

        if (output >= 0)
        {
            ports.Add(new(_plan.Links[output].From!.Port, PortDirection.Out, _links[output]));
        }

        if (_errors[stage] is { } error)
        {
            ports.Add(new(PortTable.Err, PortDirection.Out, error));
        }

        return ports;
    }

    /// <summary>Ends what a stage that is gone has left open. A side that has been closed keeps what it said.</summary>
    public void CloseFor(int stage, RingState state)
    {
        foreach (var port in PortsOf(stage))
        {
            using var door = RingDoor.Open(port.RingPath, port.Direction);
            if (door.OwnState == RingState.Open)
            {
                door.CloseOwnSide(state);
            }
        }
    }

    /// <summary>Every stage has ended by itself and said so: nobody writes to a ring any more, and the next run may have them.</summary>
    public void Free() => _areFree = true;

    public void Dispose()
    {
        foreach (var path in _links.Concat(_errors))
        {
            if (path is not null && _areFree)
            {
                _store.GiveBack(path);
            }
            else if (path is not null)
            {
                _store.Discard(path);
            }
        }
    }

    private static RingOptions Options(PlannedLink link, PlacedPlan placed)
    {
        // The orchestrator's own ends always may sleep.
        var producerParks = link.From is null || placed.Stages[link.From.Stage].Parks;
        var consumerParks = link.To is null || placed.Stages[link.To.Stage].Parks;
        return new RingOptions(
            link.Kind == PortKind.Fixed ? RingKind.Slots : RingKind.Records,
            link.PayloadBytes,
            link.PayloadAlign,
            link.CapacityBytes,
            (producerParks ? RingFlags.ProducerParks : 0) | (consumerParks ? RingFlags.ConsumerParks : 0)
                | (link.WriterCopies ? RingFlags.ConsumerTouches : 0),
            link.TypeHash);
    }
}
