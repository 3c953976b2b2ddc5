using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Nodes;

namespace Muk.Orchestrator.Bench.Guests;

/// <summary>A port of a benchmark's guest: its name, its direction as the guest sees it, the size of its messages.</summary>
/// <param name="CapacityBytes">Of its ring.</param>
/// <param name="Kind">Records for a port of bytes, whose <paramref name="MessageBytes"/> is the longest.</param>
public sealed record GuestPort(
    string Name, PortDirection Direction, int MessageBytes, long CapacityBytes = 64 << 10,
    RingFlags Flags = RingFlags.ConsumerTouches, RingKind Kind = RingKind.Slots);

/// <summary>What becomes of a run's rings.</summary>
public enum RingFate
{
    /// <summary>The next run gets new ones.</summary>
    Deleted,

    /// <summary>The next run gets the same, as a pipeline does that runs again.</summary>
    Kept,
}

/// <summary>A node of its own for the benchmarks, with one core kernel. Owner: the harness' thread.</summary>
public sealed class GuestNode : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly Node _node;
    private readonly CorePair _cores;
    private readonly int[] _affinity = Affinity.Get();
    private bool _isDisposed;

    /// <remarks>Until it is disposed, the calling thread and what it starts stay off the guest's core.</remarks>
    /// <param name="cores">The guest's and the host's.</param>
    /// <param name="nodes">Folder for the node's folder; nodes in one folder that is nobody else's know the processor of each
    /// other.</param>
    public GuestNode(CorePair cores, string nodes = "/dev/shm")
    {
        _cores = cores;
        Affinity.Set(cores.Near);
        _folder = Directory.CreateDirectory(Path.Combine(nodes, $"muk-bench-{Guid.NewGuid():N}")).FullName;
        _node = new Node(new NodeParts(_folder, [new(cores.Far)], [cores.Near], KernelProgram.Find(), _ => new Unleased()));
    }

    /// <summary>The core kernel, started where there is none.</summary>
    /// <exception cref="UserErrorException">It does not come up.</exception>
    public ICoreKernel Kernel(MachineKind machine, CancellationToken cancellation) => Kernel(machine, _cores.Far, cancellation);

    /// <summary>The core kernel of a core, started where there is none.</summary>
    /// <exception cref="UserErrorException">It does not come up.</exception>
    public ICoreKernel Kernel(MachineKind machine, int core, CancellationToken cancellation)
    {
        try
        {
            return _node.KernelAsync(core, 0, machine, cancellation).GetAwaiter().GetResult();
        }
        catch (Pipelines.PipelineException problem)
        {
            throw new UserErrorException(problem.Message, ExitStatus.HostRefused);
        }
    }

    /// <summary>What becomes of the rings of runs to come.</summary>
    public RingFate Rings { get; set; }

    /// <summary>The control page of the core kernel that was started last.</summary>
    public string ControlPage => ControlPages[^1];

    /// <summary>The control pages of its core kernels, in the order of their start.</summary>
    public IReadOnlyList<string> ControlPages => [.. Directory.GetFiles(_folder, "kernel-*.control").OrderBy(f => f.Length)
        .ThenBy(f => f, StringComparer.Ordinal)];

    /// <summary>Runs an image with a ring at each of its ports.</summary>
    /// <param name="during">Uses the host's ends, paths in the order of the ports, while the guest runs.</param>
    /// <returns>How the run ended, and what its start was made of.</returns>
    /// <exception cref="UserErrorException">It did not end as it should.</exception>
    public (Event.Ended Ended, IReadOnlyList<StartStep> Steps) Run(
        ICoreKernel kernel, string image, IReadOnlyList<GuestPort> ports, Action<IReadOnlyList<string>, Action> during,
        params string[] arguments)
    {
        var paths = ports.Select(p => _node.Rings.Take(new RingOptions(
            p.Kind, (uint)p.MessageBytes, CapacityBytes: p.CapacityBytes, Flags: p.Flags))).ToArray();
        try
        {
            return RunLinked(kernel, image, [.. ports.Select((p, i) => new PortLink(p.Name, p.Direction, paths[i]))],
                start => during(paths, start), arguments);
        }
        finally
        {
            Array.ForEach(paths, Rings == RingFate.Kept ? _node.Rings.GiveBack : _node.Rings.Discard);
        }
    }

    /// <summary>Runs an image with rings that are there already.</summary>
    /// <returns>How the run ended, and what its start was made of.</returns>
    /// <exception cref="UserErrorException">It did not end as it should.</exception>
    public (Event.Ended Ended, IReadOnlyList<StartStep> Steps) RunLinked(
        ICoreKernel kernel, string image, IReadOnlyList<PortLink> links, Action<Action> during, params string[] arguments)
    {
        var start = new Request.Start(_node.NextNumber(), Path.GetFileNameWithoutExtension(image), image, arguments, links, 0,
            uint.MaxValue, [], 0);
        IReadOnlyList<StartStep> steps = [];
        Task<Event.Ended>? run = null;
        during(() => run = kernel.RunAsync(start, e => steps = e is Event.Started started ? started.Steps : steps));
        if (run is null || !run.Wait(_patience))
        {
            kernel.Destroy();
            throw new UserErrorException($"the guest {start.Name} did not end", ExitStatus.Failed);
        }

        var ended = run.Result;
        return ended is { Kind: EndKind.Exited, Status: 0 }
            ? (ended, steps)
            : throw new UserErrorException($"the guest {start.Name} ended with status {ended.Status}: {ended.Reason}", ExitStatus.Failed);
    }

    /// <summary>The next message, looked for without sleeping, and when it was seen.</summary>
    /// <exception cref="UserErrorException">None came.</exception>
    public static long Await(RingConsumer ring, Span<byte> message)
    {
        var deadline = Stopwatch.GetTimestamp() + (_patience.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        ReadOnlySpan<byte> payload;
        while (!ring.TryPeek(out payload))
        {
            if (Stopwatch.GetTimestamp() > deadline)
            {
                throw new UserErrorException("a guest of the benchmarks sent nothing", ExitStatus.Failed);
            }
        }

        var seen = Stopwatch.GetTimestamp();
        payload.CopyTo(message);
        ring.Release();
        return seen;
    }

    /// <summary>Ends the core kernel and clears the node's folder away. Once; what comes after that does nothing.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _node.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(_folder, recursive: true);
            Affinity.Set(_affinity);
        }
    }

    /// <summary>The benchmarks compare with programs that hold no lease either.</summary>
    private sealed class Unleased : IDisposable
    {
        public void Dispose()
        {
            // Nothing was taken.
        }
    }
}
