using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench start</c> in C#: a program that prints a line (dotnet/hello.cs), as a MUK on a running core kernel and spawned
/// as a program of Linux. It prints when it reached its first line. Owner: the harness' thread.</summary>
public sealed class DotnetStartBench : IBenchmark
{
    private const string Spawn = "C# posix_spawn";
    private const int StartsInRound = 5;
    private const int LineBytesMax = 4096;
    private const double KilobytesAtMost = 1600;
    private const double KilobytesAim = 1000;
    private const int ExitsAtMost = 300;
    private const int FaultsAtMost = 64;
    private static readonly GuestPort[] Ports = [new("out", PortDirection.Out, LineBytesMax, Kind: RingKind.Records)];

    public string Name => "start";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var build = new GuestBuild(context.Root);
        if (build.BuildDotnet(context.Progress) is { } missing)
        {
            return [new("U3", "C# hello: start → main", "over posix_spawn", null, "×", Note: missing)];
        }

        var image = build.DotnetImage("hello");
        using var peers = new PeerProgram(new PeerBuild(context.Root).Program(context.Progress), context.Cores);
        var samples = new SampleTable(context.Record);
        var machines = File.Exists("/dev/kvm") ? new[] { MachineKind.Kvm, MachineKind.Process } : [MachineKind.Process];
        Dictionary<MachineKind, string> refused = [];
        for (var round = 0; round < context.Effort.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            context.Progress($"C#, round {round + 1} of {context.Effort.Rounds}");
            MeasureSpawn(peers, image, samples, round);
            foreach (var machine in machines.Where(m => !refused.ContainsKey(m)))
            {
                try
                {
                    MeasureMuk(context, machine, image, samples, round, cancellation);
                }
                catch (UserErrorException problem) when (machine == MachineKind.Process && round == 0)
                {
                    refused.Add(machine, problem.Message); // The other machine is measured all the same.
                }
            }
        }

        return
        [
            .. machines.SelectMany(m => refused.TryGetValue(m, out var why)
                ? [new BenchRow("U3", "C# hello: start → main", $"{Word(m)} over posix_spawn", null, "×", Note: why)]
                : Rows(samples, m)),
            Row("main reached", $"{Spawn}: main"), Row("first output seen", $"{Spawn}: output"),
            new("U5", "image of C#", "hello", Quartiles.Of([new FileInfo(image).Length / 1000.0]), "kB",
                new(Better.Lower, KilobytesAtMost), new(Better.Lower, KilobytesAim)),
        ];

        BenchRow Row(string what, string name) => new("", "peer", $"{Spawn}, {what}", samples.Of(name), "ms");
    }

    private static void MeasureSpawn(PeerProgram peers, string program, SampleTable samples, int round)
    {
        List<(double Main, double Output)> all = [];
        for (var i = 0; i < StartsInRound; i++)
        {
            using var answer = peers.Ask($"spawn program={program.Replace(' ', '~')}");
            var facts = answer.RootElement;
            if (facts.TryGetProperty("refused", out var why))
            {
                throw new UserErrorException($"{program} could not be started natively: {why.GetString()}", ExitStatus.Failed);
            }

            all.Add((facts.GetProperty("mainNs").GetDouble() / 1e6, facts.GetProperty("firstNs").GetDouble() / 1e6));
        }

        samples.Add($"{Spawn}: main", round, Quartiles.Of(all.Select(a => a.Main)).Median, "ms");
        samples.Add($"{Spawn}: output", round, Quartiles.Of(all.Select(a => a.Output)).Median, "ms");
    }

    private static void MeasureMuk(
        BenchContext context, MachineKind machine, string image, SampleTable samples, int round, CancellationToken cancellation)
    {
        var name = Word(machine);
        using var node = new GuestNode(context.Cores) { Rings = RingFate.Kept };
        var kernel = node.Kernel(machine, cancellation);
        Start(node, kernel, image); // The first has rings, and memory, that are new in any case.
        List<Started> all = [];
        for (var i = 0; i < StartsInRound; i++)
        {
            all.Add(Start(node, kernel, image));
        }

        Add("main", "ms", s => s.MainMilliseconds);
        Add("output", "ms", s => s.OutputMilliseconds);
        Add("exits", "", s => s.Counts.Exits);
        Add("faults", "", s => s.Counts.Faults);
        Add("system calls", "", s => s.Counts.SystemCalls);
        foreach (var step in all[0].Steps)
        {
            Add($"step {step.Name}", "ms", s => s.Steps.First(t => t.Name == step.Name).Nanoseconds / 1e6);
        }

        void Add(string what, string unit, Func<Started, double> figure) =>
            samples.Add($"{name}: {what}", round, Quartiles.Of(all.Select(figure)).Median, unit);
    }

    private static Started Start(GuestNode node, Nodes.ICoreKernel kernel, string image)
    {
        long asked = 0, seen = 0, main = 0;
        var (ended, steps) = node.Run(kernel, image, Ports, (paths, start) =>
        {
            using var ring = RingConsumer.Open(paths[0], RingWait.Spin);
            Span<byte> line = stackalloc byte[LineBytesMax];
            asked = Stopwatch.GetTimestamp();
            start();
            seen = GuestNode.Await(ring, line);
            main = long.Parse(Encoding.UTF8.GetString(line).Split(' ', '\n')[1], CultureInfo.InvariantCulture);
        });
        return new(Milliseconds(main), Milliseconds(seen), ended.Counts, steps);

        double Milliseconds(long until) => Stopwatch.GetElapsedTime(asked, until).TotalMilliseconds;
    }

    private static IEnumerable<BenchRow> Rows(SampleTable samples, MachineKind machine)
    {
        var name = Word(machine);
        yield return new("U3", "C# hello: start → main", name, samples.Of($"{name}: main"), "ms");
        yield return new("U3", "C# hello: start → main", $"{name} over posix_spawn", samples.Ratio($"{name}: main", $"{Spawn}: main"),
            "×", new(Better.Lower, 2));
        yield return new("U3", "C# hello: start → output seen", $"{name} over posix_spawn",
            samples.Ratio($"{name}: output", $"{Spawn}: output"), "×");
        // A process has no faults or exits of its own kernel's to count: what it calls is Linux.
        var limits = machine == MachineKind.Kvm;
        yield return new("U3", "C# hello: exits, start to end", name, samples.Of($"{name}: exits"), "",
            limits ? new(Better.Lower, ExitsAtMost) : null,
            Note: FormattableString.Invariant($"{samples.Of($"{name}: system calls")?.Median:0} system calls"));
        yield return new("U3", "C# hello: faults, start to end", name, samples.Of($"{name}: faults"), "",
            limits ? new(Better.Lower, FaultsAtMost) : null);
        foreach (var step in samples.Names($"{name}: step "))
        {
            yield return new("", "step", step, samples.Of(step), "ms");
        }
    }

    private static string Word(MachineKind machine) => machine == MachineKind.Kvm ? "kvm C#" : "process C#";

    private sealed record Started(
        double MainMilliseconds, double OutputMilliseconds, RunCounts Counts, IReadOnlyList<StartStep> Steps);
}
