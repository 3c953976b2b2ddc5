using System.Globalization;
using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Orchestrator.Bench.Guests;
using Muk.Orchestrator.Bench.Peers;
using Muk.Orchestrator.Bench.Report;
using Muk.Orchestrator.Bench.Statistics;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench;

/// <summary><c>muk bench compute</c> in C#: one file (dotnet/compute.cs) as a MUK and as a program of Linux, on the same core, by
/// turns. Owner: the harness' thread.</summary>
public sealed class DotnetComputeBench : IBenchmark
{
    private const string Native = "C# native";
    private const string Again = "C# native again";
    private const int RoundsOfEach = 3;
    private const double AtLeast = 0.97;
    private static readonly string[] Kernels = ["mandelbrot", "n-body", "spectral-norm", "fannkuch", "binary-trees"];
    private static readonly GuestPort[] Ports = [new("results", PortDirection.Out, Marshal.SizeOf<Computed>())];

    public string Name => "compute";

    public IReadOnlyList<BenchRow> Run(BenchContext context, CancellationToken cancellation)
    {
        var build = new GuestBuild(context.Root);
        if (build.BuildDotnet(context.Progress) is { } missing)
        {
            return [new("C1", "C#", "MUK over native", null, "×", Note: missing)];
        }

        var samples = new SampleTable(context.Record);
        var machines = File.Exists("/dev/kvm") ? new[] { MachineKind.Kvm, MachineKind.Process } : [MachineKind.Process];
        Dictionary<MachineKind, string> refused = [];
        Dictionary<string, long> collections = [];
        var random = new Random(context.Seed);
        for (var round = 0; round < context.Effort.Rounds; round++)
        {
            context.Progress($"C#, round {round + 1} of {context.Effort.Rounds}");
            (MachineKind Machine, string Name)[] turns =
                [.. machines.Select(m => (m, Word(m))), (MachineKind.None, Native), (MachineKind.None, Again)];
            random.Shuffle(turns);
            ulong[]? sums = null;
            foreach (var (machine, name) in turns.Where(t => !refused.ContainsKey(t.Machine)))
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    var done = machine == MachineKind.None
                        ? RunNative(build.DotnetImage("compute"), context.Cores)
                        : RunMuk(context, machine, build.DotnetImage("compute"), cancellation);
                    Add(samples, name, round, done, collections);
                    ulong[] own = [.. done.Select(d => d.Sum)];
                    sums ??= own;
                    if (!sums.SequenceEqual(own))
                    {
                        throw new UserErrorException("the same C# came to different results in a MUK and natively: please report it",
                            ExitStatus.Failed);
                    }
                }
                catch (UserErrorException problem) when (machine == MachineKind.Process && round == 0)
                {
                    // A host may have seccomp and lack what a .NET program needs of it: the other machine is measured all the same.
                    refused.Add(machine, problem.Message);
                }
            }
        }

        var controls = Kernels.Select(k => BenchRow.Control($"C# {k}", Native, samples.Ratio($"{Again} {k}", $"{Native} {k}")));
        return
        [
            .. controls,
            .. machines.SelectMany(m => refused.TryGetValue(m, out var why)
                ? [new BenchRow("C1", "C#", $"{Word(m)} over native", null, "×", Note: why)]
                : Rows(samples, Word(m), collections)),
        ];
    }

    private static void Add(
        SampleTable samples, string name, int round, IReadOnlyList<Computed> done, Dictionary<string, long> collections)
    {
        if (done.Count != Kernels.Length * RoundsOfEach)
        {
            throw new UserErrorException($"a guest of the benchmarks sent {done.Count} results", ExitStatus.Failed);
        }

        foreach (var group in done.GroupBy(d => d.Kernel))
        {
            samples.Add($"{name} {Kernels[group.Key]}", round, Quartiles.Of(group.Select(d => (double)d.Nanoseconds)).Median, "ns");
        }

        collections[name] = done.Sum(d => d.Collections);
    }

    // What it starts has the core that the thread has which starts it.
    private static List<Computed> RunNative(string program, CorePair cores)
    {
        var before = Affinity.Get();
        Affinity.Set(cores.Far);
        try
        {
            return [.. Tool.Run(program, []).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Computed.Parse)];
        }
        finally
        {
            Affinity.Set(before);
        }
    }

    private static List<Computed> RunMuk(BenchContext context, MachineKind machine, string image, CancellationToken cancellation)
    {
        using var node = new GuestNode(context.Cores);
        List<Computed> done = [];
        node.Run(node.Kernel(machine, cancellation), image, Ports, (paths, start) =>
        {
            using var ring = RingConsumer.Open(paths[0], RingWait.Spin);
            start();
            Span<byte> message = stackalloc byte[Marshal.SizeOf<Computed>()];
            for (var i = 0; i < Kernels.Length * RoundsOfEach; i++)
            {
                GuestNode.Await(ring, message);
                done.Add(MemoryMarshal.Read<Computed>(message));
            }
        });
        return done;
    }

    /// <summary>How fast the MUK is: the native time over its own.</summary>
    private static IEnumerable<BenchRow> Rows(SampleTable samples, string machine, Dictionary<string, long> collections) =>
        Kernels.Select(kernel => new BenchRow("C1", $"C# {kernel}", $"{machine} over native",
            samples.Ratio($"{Native} {kernel}", $"{machine} {kernel}"), "×", new(Better.Higher, AtLeast), null,
            FormattableString.Invariant($"{samples.Of($"{machine} {kernel}")?.Median / 1e6:0.0} ms; ")
            + FormattableString.Invariant($"collections in a run: {collections[machine]}, natively {collections[Native]}")));

    private static string Word(MachineKind machine) => machine == MachineKind.Kvm ? "kvm C# MUK" : "process C# MUK";

    /// <summary>Twin of <c>Computed</c> in dotnet/compute.cs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Computed(ulong Kernel, long Nanoseconds, ulong Sum, long Collections)
    {
        /// <summary>The line that it prints.</summary>
        public static Computed Parse(string line)
        {
            var words = line.Split(' ');
            return new(Number(words[0]), (long)Number(words[1]), Number(words[2]), (long)Number(words[3]));
        }

        private static ulong Number(string word) => ulong.Parse(word, CultureInfo.InvariantCulture);
    }
}
