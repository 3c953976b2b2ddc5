using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Managed;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench ring</c>: R1–R11.</summary>
public sealed class RingBench : IBenchmark
{
    public string Name => "ring";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var guests = new GuestBuild(context.Root);
        guests.Build(context.Progress);
        using var peers = new PeerProgram(new PeerBuild(context.Root).Program(context.Progress), context.Cores);
        var managed = new ManagedRunner(peers, context.Cores);
        using var rig = new RigRunner(peers, context.Cores, guests.Image("rig"), cancellation);
        context.Record(RawRecords.Run(RunFacts.Of(Name, context.Root, context.Cores, context.Seed, context.Effort, peers.HugeBytes)));
        var harness = new Harness([peers, managed, rig], context.Cores, context.Effort, new Random(context.Seed), context.Progress);
        var measurements = harness.Run(RingPlan.Groups, cancellation);
        foreach (var measurement in measurements)
        {
            context.Record(RawRecords.Round(measurement));
        }

        context.Record(RawRecords.Floor(measurements.SelectMany(m => m.Result.Floors)));
        var missing = PeerPackage.All.Where(p => !p.IsInstalled)
            .SelectMany(p => p.Rows.Select(r => (r, $"not installed: apt-get install {p.Package}")));
        var pair = new RigPair(context, guests.Image("rig"), rig.Machines);
        return [.. new RingRows(measurements).All([.. missing]), .. pair.Rows(cancellation)];
    }
}
