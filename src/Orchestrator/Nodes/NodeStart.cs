using Muk.Kernel.Cores;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Nodes;

/// <summary>Brings a node up on this host: clears away dead ones, makes its folder, finds the cores that are free.</summary>
public sealed class NodeStart : IAsyncDisposable
{
    /// <summary>Environment variable: "nodes" leaves the host as it is, "exclusive" keeps everything else off leased cores.
    /// </summary>
    public const string LeaseVariable = "MUK_LEASE";

    private readonly NodeFolder _folder;

    private NodeStart(NodeFolder folder, Node node, IReadOnlyList<string> cleaned) =>
        (_folder, Node, Cleaned) = (folder, node, cleaned);

    /// <summary>The node; it lives as long as this object.</summary>
    public Node Node { get; }

    /// <summary>What was done about nodes that had died, a line each.</summary>
    public IReadOnlyList<string> Cleaned { get; }

    /// <exception cref="KernelException">There is no core kernel to run.</exception>
    /// <exception cref="TopologyException">The host does not show its processors.</exception>
    public static NodeStart Open()
    {
        var program = KernelProgram.Find();
        var files = new HostFiles();
        var runtime = NodeFolder.RuntimeFolder;
        var cleaned = NodeFolder.CleanDead(runtime, files);
        var topology = Topology.Read(files);
        var map = new CoreMap(topology, CoreLocks.Taken(runtime, topology));
        var folder = NodeFolder.Create(runtime);
        var free = map.Free.Select(c => new FreeCore(c.Cpu, c.Package, c.Cache)).ToArray();
        var node = new Node(new NodeParts(folder.Path, free, map.HostCpus, program, Lease));
        return new NodeStart(folder, node, cleaned);

        IDisposable Lease(int cpu)
        {
            Core[] cores = [map.Free.First(c => c.Cpu == cpu)];
            var locks = CoreLocks.TryTake(runtime, cores)
                ?? throw new PlacementException($"core {cpu} has just been taken by another muk; try again");
            return CoreLease.Take(files, folder.Lease, locks, cores, map.HostCpus, $"{folder.Name}-{cpu}", Wish());
        }
    }

    /// <summary>What leases ask for where nobody says: everything, but only for nodes that can see each other's leases. A node
    /// with a runtime folder of its own would take cores from nodes that do not know of it.</summary>
    private static LeaseWish Wish() => Environment.GetEnvironmentVariable(LeaseVariable) switch
    {
        "nodes" => LeaseWish.Nodes,
        "exclusive" => LeaseWish.Exclusive,
        _ => NodeFolder.IsDefault ? LeaseWish.Exclusive : LeaseWish.Nodes,
    };

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();

        // What this node's leases share with others' may be this node's to put back.
        NodeFolder.CleanDead(NodeFolder.RuntimeFolder, new HostFiles());
    }
}
