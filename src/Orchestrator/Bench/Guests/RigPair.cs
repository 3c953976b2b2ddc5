using System.Globalization;
using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench.Guests;

/// <summary>A typed pipeline of two MUKs, each on a core of its own: what their machines do while messages flow between them.</summary>
/// <remarks>Both cores of the benchmark are MUKs' here, so no time is taken: where there are just two, the host's own work shares
/// one of them. It sleeps between the two readings, and a MUK that Linux preempts makes no exit. Owner: the harness'
/// thread.</remarks>
public sealed class RigPair(BenchContext context, string image, IReadOnlyList<MachineKind> machines)
{
    private const int ReadingsMax = 3;
    private const long MessagesBefore = 2000;
    private const int ThousandTrips = 2000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public IReadOnlyList<BenchRow> Rows(CancellationToken cancellation) => [.. machines.Select(m => Row(m, cancellation))];

    private BenchRow Row(MachineKind machine, CancellationToken cancellation)
    {
        List<GuestCounts> counts = [];
        using var node = new GuestNode(context.Cores);
        for (var reading = 0; reading < Math.Min(ReadingsMax, context.Effort.Rounds); reading++)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Progress($"two MUKs, {RigRunner.Subject(machine)}");
            counts.Add(Measure(node, machine, cancellation));
            context.Record(RawRecords.Sample($"two MUKs, {RigRunner.Subject(machine)}", reading, counts[^1].Exits, "exits"));
        }

        var what = machine == MachineKind.Kvm ? "exits" : "notified calls";
        return new("R9", $"MUK and MUK, round trip 8 B, {what} meanwhile", RigRunner.Subject(machine),
            Quartiles.Of(counts.Select(c => (double)c.Exits)), what, new(Better.Lower, 0), new(Better.Lower, 0),
            string.Create(CultureInfo.InvariantCulture, $"{counts.Sum(c => c.Exits)} in {counts.Sum(c => c.Messages)} messages; "
            + $"{counts.Sum(c => c.SystemCalls)} system calls, {counts.Sum(c => c.Faults)} faults, {counts.Sum(c => c.Interrupts)} kicks"));
    }

    private GuestCounts Measure(GuestNode node, MachineKind machine, CancellationToken cancellation)
    {
        GuestPort[] ports = [new("in8", PortDirection.In, sizeof(ulong)), new("out8", PortDirection.Out, sizeof(ulong))];
        var answering = node.Kernel(machine, context.Cores.Far, cancellation);
        var asking = node.Kernel(machine, context.Cores.Near, cancellation);
        GuestCounts? counts = null;
        node.Run(answering, image, ports, (rings, answer) =>
        {
            answer();
            PortLink[] links = [new("out8", PortDirection.Out, rings[0]), new("in8", PortDirection.In, rings[1])];
            node.RunLinked(asking, image, links, ask =>
            {
                ask();
                counts = Between(node.ControlPages, rings[0]);
            }, "3", "8", ThousandTrips.ToString(CultureInfo.InvariantCulture));
        }, "0", "8", "1");
        return counts!;
    }

    private GuestCounts Between(IReadOnlyList<string> pages, string ring)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Messages(ring) < MessagesBefore)
        {
            Thread.Sleep(1);
            if (TimeProvider.System.GetElapsedTime(began) > _patience)
            {
                throw new UserErrorException("two MUKs of the benchmarks sent each other nothing", ExitStatus.Failed);
            }
        }

        var (messages, before) = (Messages(ring), pages.Select(Page).ToArray());
        Thread.Sleep(TimeSpan.FromMilliseconds(context.Effort.CellMilliseconds));
        var after = pages.Select(Page).ToArray();
        return new(Sum(p => p.Exits), Sum(p => p.SystemCalls), Sum(p => p.Faults), Sum(p => p.Interrupts), 2 * (Messages(ring) - messages));

        long Sum(Func<ControlPage, ulong> counter) => after.Zip(before).Sum(p => (long)(counter(p.First) - counter(p.Second)));
    }

    // The reader's position, in messages: what has been read of the questions.
    private static long Messages(string ring) => Read<long>(ring, RingLayout.ConsumerOffset);

    private static ControlPage Page(string path) => Read<ControlPage>(path, 0);

    private static T Read<T>(string path, long offset)
        where T : unmanaged
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        T value = default;
        RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<T>(ref value)), offset);
        return value;
    }
}
