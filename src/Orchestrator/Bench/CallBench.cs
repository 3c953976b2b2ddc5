using System.Globalization;
using Muk.Orchestrator.Bench.Managed;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench call</c>: what it costs to have another core do something small, against the other ways to call.</summary>
public sealed class CallBench : IBenchmark
{
    private const long CapacityBytes = 64 << 10;
    private static readonly string[] Ways =
        ["function call", RingPlan.RingC, ManagedRunner.Ring, ManagedRunner.Channels, "futex", "pipe", "unix socket"];

    public string Name => "call";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        using var peers = new PeerProgram(new PeerBuild(context.Root).Program(context.Progress), context.Cores);
        context.Record(RawRecords.Run(RunFacts.Of(Name, context.Root, context.Cores, context.Seed, context.Effort, peers.HugeBytes)));
        ICellRunner[] runners = [peers, new ManagedRunner(peers, context.Cores)];
        var harness = new Harness(runners, context.Cores, context.Effort, new Random(context.Seed), context.Progress);
        var group = new CellGroup("call 8 B",
        [
            .. Ways.Select(w => new Cell(w, w, CellKind.Round, 8, 1, CapacityBytes)),
            new(RingPlan.RingC, RingPlan.Control, CellKind.Round, 8, 1, CapacityBytes),
        ]);
        var measurements = harness.Run([group], cancellation);
        foreach (var measurement in measurements)
        {
            context.Record(RawRecords.Round(measurement));
        }

        context.Record(RawRecords.Floor(measurements.SelectMany(m => m.Result.Floors)));
        var cells = measurements.ToLookup(m => m.Cell.Label);
        var control = new CellTable(measurements).Longer(group.Name, RingPlan.Control, RingPlan.RingC);
        return [BenchRow.Control(group.Name, RingPlan.RingC, control), .. Ways.Where(cells.Contains).SelectMany(w => Rows(cells, w))];
    }

    private static IEnumerable<BenchRow> Rows(ILookup<string, Measurement> cells, string way)
    {
        var note = string.Create(CultureInfo.InvariantCulture, $"{Quartiles.Of(cells[way].Select(m => m.Result.Ns)).Median:0.0} ns");
        yield return new("", "there and back, 8 B", way, Quartiles.Of(cells[way].Select(m => m.Result.OverFloor)), "F", Note: note);
        if (way == RingPlan.RingC || !cells.Contains(RingPlan.RingC))
        {
            yield break;
        }

        var ratio = Quartiles.Of(
            from one in cells[way]
            join ours in cells[RingPlan.RingC] on one.Round equals ours.Round
            select one.Result.OverFloor / ours.Result.OverFloor);
        yield return new("", "over the ring", way, ratio, "×");
    }
}
