using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench start</c>: U1, U2, U6 and the images' sizes.</summary>
public sealed class StartBench : IBenchmark
{
    private const int WarmStartsInRound = 5;
    private const string Spawn = "posix_spawn";
    private const string Tender = "bare tender";
    private const string TenderExit = "bare tender, one exit and return";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly GuestPort[] Ports = [new("out", PortDirection.Out, 8)];

    public string Name => "start";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var build = new GuestBuild(context.Root);
        build.Build(context.Progress);
        var hello = build.NativeHello();
        using var peers = new PeerProgram(new PeerBuild(context.Root).Program(context.Progress), context.Cores);
        context.Record(RawRecords.Run(RunFacts.Of(Name, context.Root, context.Cores, context.Seed, context.Effort, peers.HugeBytes)));
        var samples = new SampleTable(context.Record);
        var machines = File.Exists("/dev/kvm") ? new[] { MachineKind.Kvm, MachineKind.Process } : [MachineKind.Process];
        // As the nodes of an ordinary runtime folder, they ask KVM about the processor once.
        var folder = $"/dev/shm/muk-bench-nodes-{Environment.ProcessId}";
        var nodes = OperatingSystem.IsLinux() ? Directory.CreateDirectory(folder, Private) : Directory.CreateDirectory(folder);
        try
        {
            for (var round = 0; round < context.Effort.Rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                context.Progress($"round {round + 1} of {context.Effort.Rounds}");
                MeasureSpawn(peers, hello, samples, round);
                MeasureTender(peers, samples, round);
                foreach (var machine in machines)
                {
                    MeasureMuk(context, machine, nodes.FullName, build.Image("first"), samples, round, cancellation);
                }
            }
        }
        finally
        {
            nodes.Delete(recursive: true);
        }

        return [.. machines.SelectMany(m => Rows(samples, m)), .. PeerRows(samples), .. Images(build)];
    }

    private static void MeasureSpawn(PeerProgram peers, string hello, SampleTable samples, int round)
    {
        using var answer = peers.Ask($"spawn program={hello.Replace(' ', '~')}");
        if (answer.RootElement.TryGetProperty("firstNs", out var first))
        {
            samples.Add(Spawn, round, first.GetDouble() / 1e6, "ms");
            samples.Add($"{Spawn}, to its end", round, answer.RootElement.GetProperty("endNs").GetDouble() / 1e6, "ms");
        }
    }

    private static void MeasureTender(PeerProgram peers, SampleTable samples, int round)
    {
        using var answer = peers.Ask("tender");
        if (!answer.RootElement.TryGetProperty("firstNs", out var first))
        {
            return;
        }

        samples.Add(Tender, round, first.GetDouble() / 1e6, "ms");
        samples.Add($"{Tender} without its CPUID query", round,
            (first.GetDouble() - answer.RootElement.GetProperty("cpuid").GetDouble()) / 1e6, "ms");
        samples.Add(TenderExit, round, answer.RootElement.GetProperty("exitNs").GetDouble() / 1e6, "ms");
        samples.Add($"{Tender}, destroy", round, answer.RootElement.GetProperty("destroyNs").GetDouble() / 1e6, "ms");
        foreach (var step in (string[])["vm", "memory", "vcpu", "cpuid", "registers", "run"])
        {
            samples.Add($"{Tender}: {step}", round, answer.RootElement.GetProperty(step).GetDouble() / 1e6, "ms");
        }
    }

    private static void MeasureMuk(
        BenchContext context, MachineKind machine, string nodes, string image, SampleTable samples, int round,
        CancellationToken cancellation)
    {
        var name = Word(machine);
        var cold = Stopwatch.GetTimestamp();
        var node = new GuestNode(context.Cores, nodes);
        try
        {
            var kernel = node.Kernel(machine, cancellation);
            samples.Add($"{name} cold: kernel up", round, Milliseconds(cold, Stopwatch.GetTimestamp()), "ms");
            samples.Add($"{name} cold", round, FirstMessage(node, kernel, image, cold, samples, $"{name} cold:", round), "ms");
            MeasureWarm(node, kernel, image, samples, $"{name} warm, new rings", round, RingFate.Deleted);
            MeasureWarm(node, kernel, image, samples, $"{name} warm", round, RingFate.Kept);
            using var page = ControlMapping.Open(node.ControlPage);
            cold = Stopwatch.GetTimestamp();
            node.Dispose();
            var gone = Stopwatch.GetTimestamp();
            samples.Add($"{name} destroy", round, Milliseconds(cold, gone), "ms");
            samples.Add($"{name} destroy: kernel's last word", round, Milliseconds(cold, (long)page.Page.EndedNs), "ms");
            samples.Add($"{name} destroy: process and files gone", round, Milliseconds((long)page.Page.EndedNs, gone), "ms");
        }
        finally
        {
            node.Dispose();
        }
    }

    private static void MeasureWarm(
        GuestNode node, Nodes.ICoreKernel kernel, string image, SampleTable samples, string name, int round, RingFate rings)
    {
        node.Rings = rings;
        FirstMessage(node, kernel, image, null, null, "", round); // The first of its kind has rings that are new in any case.
        List<double> warm = [];
        for (var i = 0; i < WarmStartsInRound; i++)
        {
            warm.Add(FirstMessage(node, kernel, image, null, samples, $"{name}:", round));
        }

        samples.Add(name, round, Quartiles.Of(warm).Median, "ms");
    }

    /// <summary>Milliseconds from <paramref name="since"/> (null: from the request) to the guest's first message.</summary>
    private static double FirstMessage(
        GuestNode node, Nodes.ICoreKernel kernel, string image, long? since, SampleTable? samples, string steps, int round)
    {
        long asked = 0, seen = 0, main = 0;
        var (ended, done) = node.Run(kernel, image, Ports, (paths, start) =>
        {
            using var ring = RingConsumer.Open(paths[0], RingWait.Spin);
            Span<byte> message = stackalloc byte[8];
            asked = Stopwatch.GetTimestamp();
            start();
            seen = GuestNode.Await(ring, message);
            main = System.Runtime.InteropServices.MemoryMarshal.Read<long>(message);
        });
        foreach (var step in done)
        {
            samples?.Add($"{steps} {step.Name}", round, step.Nanoseconds / 1e6, "ms");
        }

        var sum = done.Where(d => d.Name is "request" or "begin" or "image" or "ports" or "load").Sum(d => (long)d.Nanoseconds);
        samples?.Add($"{steps} entry to main", round, (main - asked - sum) / 1e6, "ms");
        samples?.Add($"{steps} main to seen", round, (seen - main) / 1e6, "ms");
        samples?.Add($"{steps.TrimEnd(':')}, exits", round, ended.Counts.Exits, "");
        return Milliseconds(since ?? asked, seen);
    }

    private static IEnumerable<BenchRow> Rows(SampleTable samples, MachineKind machine)
    {
        var name = Word(machine);
        yield return new("U1", "cold start → first message", name, samples.Of($"{name} cold"), "ms");
        yield return new("U1", "cold start", $"{name} over posix_spawn", samples.Ratio($"{name} cold", Spawn), "×", null,
            new(Better.Lower, 0.6));
        yield return new("U1", "cold start", $"{name} over the bare tender", samples.Ratio($"{name} cold", Tender), "×", null,
            new(Better.Lower, 0.6));
        yield return new("U2", "warm start → first message", name, samples.Of($"{name} warm"), "ms");
        yield return new("U2", "exits of a warm start", name, samples.Of($"{name} warm, exits"), "");
        yield return new("U2", "warm start, new rings", name, samples.Of($"{name} warm, new rings"), "ms");
        yield return new("U2", "warm start, new rings", $"{name} over posix_spawn", samples.Ratio($"{name} warm, new rings", Spawn), "×");
        yield return new("U2", "warm start", $"{name} over posix_spawn", samples.Ratio($"{name} warm", Spawn), "×", new(Better.Lower, 0.5));
        yield return new("U2", "warm start", $"{name} over one exit round trip", samples.Ratio($"{name} warm", TenderExit), "×", null,
            new(Better.Lower, 1.5));
        yield return new("U6", "destroy the kernel and its machine", name, samples.Of($"{name} destroy"), "ms");
        yield return new("U6", "destroy", $"{name} over the bare tender", samples.Ratio($"{name} destroy", $"{Tender}, destroy"), "×",
            null, new(Better.Lower, 0.6));
        string[] steps =
        [
            .. samples.Names($"{name} cold: "), .. samples.Names($"{name} warm: "), .. samples.Names($"{name} warm, new rings: "),
            .. samples.Names($"{name} destroy: "),
        ];
        foreach (var step in steps)
        {
            yield return new("", "step", step, samples.Of(step), "ms");
        }
    }

    private static IEnumerable<BenchRow> PeerRows(SampleTable samples) =>
        samples.Names(Spawn).Concat(samples.Names(Tender)).Select(name => new BenchRow("", "peer", name, samples.Of(name), "ms"))
            .Concat(samples.Of(Tender) is null ? [new("", "peer", Tender, null, "ms",
                Note: "no /dev/kvm that runs it")] : Array.Empty<BenchRow>());

    private static IEnumerable<BenchRow> Images(GuestBuild build)
    {
        yield return Size("muk.h only", build.Image("first"), 8, 4);
        var hello = Path.Combine(Path.GetDirectoryName(build.Image("first"))!, "../../muks/hello.muk");
        if (File.Exists(hello))
        {
            yield return Size("hello with stdio", hello, 24, 21);
        }
    }

    private static BenchRow Size(string what, string path, double atLeast, double aim) => new(
        "U4", "image of C", what, Quartiles.Of([new FileInfo(path).Length / 1024.0]), "KiB", new(Better.Lower, atLeast),
            new(Better.Lower, aim));

    private static string Word(MachineKind machine) => machine == MachineKind.Kvm ? "kvm" : "process";

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
