using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench compute</c>: C1, the same C on the same core, in a MUK and natively, by turns.</summary>
public sealed class ComputeBench : IBenchmark
{
    private const string Native = "native";
    private const string Again = "native again";
    private static readonly string[] Kernels = ["integers", "floating point", "memory chase", "copy"];
    private static readonly GuestPort[] Ports = [new("results", PortDirection.Out, Marshal.SizeOf<Computed>())];

    public string Name => "compute";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var build = new GuestBuild(context.Root);
        build.Build(context.Progress);
        using var peers = new PeerProgram(new PeerBuild(context.Root).Program(context.Progress), context.Cores);
        context.Record(RawRecords.Run(RunFacts.Of(Name, context.Root, context.Cores, context.Seed, context.Effort, peers.HugeBytes)));
        var samples = new SampleTable(context.Record);
        var machines = File.Exists("/dev/kvm") ? new[] { MachineKind.Kvm, MachineKind.Process } : [MachineKind.Process];
        var random = new Random(context.Seed);
        for (var round = 0; round < context.Effort.Rounds; round++)
        {
            context.Progress($"round {round + 1} of {context.Effort.Rounds}");
            (MachineKind Machine, string Name)[] turns =
                [.. machines.Select(m => (m, Word(m))), (MachineKind.None, Native), (MachineKind.None, Again)];
            random.Shuffle(turns);
            ulong[]? sums = null;
            foreach (var (machine, name) in turns)
            {
                cancellation.ThrowIfCancellationRequested();
                var own = machine == MachineKind.None
                    ? RunNative(peers, name, samples, round)
                    : RunMuk(context, machine, build.Image("compute"), samples, round, cancellation);
                sums ??= own;
                if (!sums.SequenceEqual(own))
                {
                    throw new Cli.UserErrorException("the same code came to different results in a MUK and natively: please report it",
                        Cli.ExitStatus.Failed);
                }
            }
        }

        var controls = Kernels.Select(k => BenchRow.Control(k, Native, samples.Ratio($"{Again} {k}", $"{Native} {k}")));
        return [.. controls, .. machines.SelectMany(m => Rows(samples, Word(m)))];
    }

    private static ulong[] RunNative(PeerProgram peers, string name, SampleTable samples, int round)
    {
        using var answer = peers.Ask("compute");
        var cycles = answer.RootElement.GetProperty("cycles").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        for (var kernel = 0; kernel < Kernels.Length; kernel++)
        {
            var own = cycles.Where((_, i) => i % Kernels.Length == kernel);
            samples.Add($"{name} {Kernels[kernel]}", round, Quartiles.Of(own).Median, "cycles");
        }

        return [.. answer.RootElement.GetProperty("sums").EnumerateArray().Select(e => e.GetUInt64())];
    }

    private static ulong[] RunMuk(
        BenchContext context, MachineKind machine, string image, SampleTable samples, int round, CancellationToken cancellation)
    {
        using var node = new GuestNode(context.Cores);
        List<Computed> done = [];
        node.Run(node.Kernel(machine, cancellation), image, Ports, (paths, start) =>
        {
            using var ring = RingConsumer.Open(paths[0], RingWait.Spin);
            start();
            Span<byte> message = stackalloc byte[Marshal.SizeOf<Computed>()];
            for (var i = 0; i < Kernels.Length * Computed.Rounds; i++)
            {
                GuestNode.Await(ring, message);
                done.Add(MemoryMarshal.Read<Computed>(message));
            }
        });
        foreach (var group in done.GroupBy(d => d.Kernel))
        {
            samples.Add($"{Word(machine)} {Kernels[group.Key]}", round, Quartiles.Of(group.Select(d => (double)d.Cycles)).Median, "cycles");
        }

        return [.. done.Take(Kernels.Length).Select(d => d.Sum)];
    }

    /// <summary>How fast the MUK is: the native cycles over its own.</summary>
    private static IEnumerable<BenchRow> Rows(SampleTable samples, string machine) => Kernels.Select(kernel => new BenchRow(
        "C1", kernel, $"{machine} MUK over native", samples.Ratio($"{Native} {kernel}", $"{machine} {kernel}"), "×",
        new(Better.Higher, 0.98), new(Better.Higher, 0.99),
        FormattableString.Invariant($"{samples.Of($"{machine} {kernel}")?.Median / 1e6:0.00} M cycles; native memory is in 2 MiB pages")));

    private static string Word(MachineKind machine) => machine == MachineKind.Kvm ? "kvm" : "process";

    /// <summary>Twin of <c>struct computed</c> in guests/compute/main.c.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Computed
    {
        public const int Rounds = 3;
        public readonly uint Kernel;
        public readonly uint Round;
        public readonly ulong Cycles;
        public readonly ulong Sum;
    }
}
