using Muk.Abi;
using Muk.Kernel.Cores;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Nodes;

/// <summary>What running pipelines needs of a node. Any thread.</summary>
public interface INode
{
    /// <summary>The node's folder, where rings lie.</summary>
    string Folder { get; }

    /// <summary>Cores that stages can be given.</summary>
    IReadOnlyList<FreeCore> FreeCores { get; }

    /// <summary>CPUs left to the orchestrator's own threads.</summary>
    IReadOnlyList<int> HostCpus { get; }

    /// <summary>How far the cores leased so far are kept from everybody else.</summary>
    IReadOnlyList<LeaseFacts> Leases { get; }

    /// <summary>The node's ring files.</summary>
    RingStore Rings { get; }

    /// <summary>A number never given before: of a run, of a ring.</summary>
    ulong NextNumber();

    /// <summary>The kernel in a seat of a core, started where there is none.</summary>
    /// <exception cref="Pipelines.PipelineException">It does not come up; the message says what it said.</exception>
    Task<ICoreKernel> KernelAsync(int core, int seat, MachineKind machine, CancellationToken cancellation);
}
