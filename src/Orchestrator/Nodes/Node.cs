using Muk.Abi;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Nodes;

/// <summary>What a node is made of.</summary>
/// <param name="Folder">Its folder; exists, and is the node's own.</param>
/// <param name="Cores">Cores for stages.</param>
/// <param name="HostCpus">CPUs for everything else.</param>
/// <param name="KernelProgram">The core kernel's program.</param>
public sealed record NodeParts(string Folder, IReadOnlyList<FreeCore> Cores, IReadOnlyList<int> HostCpus, string KernelProgram);

/// <summary>A node: its folder, and the core kernels that have been started, kept for the next pipeline. Any thread.</summary>
public sealed class Node(NodeParts parts) : INode, IAsyncDisposable
{
    private readonly Dictionary<(int Core, int Seat), CoreKernel> _kernels = [];
    private readonly SemaphoreSlim _table = new(1, 1);
    private ulong _number;
    private int _kernelNumber;

    public string Folder => parts.Folder;

    public IReadOnlyList<FreeCore> FreeCores => parts.Cores;

    public IReadOnlyList<int> HostCpus => parts.HostCpus;

    public ulong NextNumber() => Interlocked.Increment(ref _number);

    /// <inheritdoc/>
    public async Task<ICoreKernel> KernelAsync(int core, int seat, MachineKind machine, CancellationToken cancellation)
    {
        await _table.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_kernels.TryGetValue((core, seat), out var there))
            {
                if (there.IsAlive && there.Machine == machine)
                {
                    return there;
                }

                _kernels.Remove((core, seat));
                await there.DisposeAsync().ConfigureAwait(false);
            }

            var started = await CoreKernel.StartAsync(parts.KernelProgram, Folder, Interlocked.Increment(ref _kernelNumber) - 1, core,
                machine, HostCpus, cancellation).ConfigureAwait(false);
            _kernels.Add((core, seat), started);
            return started;
        }
        finally
        {
            _table.Release();
        }
    }

    /// <summary>Ends every core kernel.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_kernels.Values.Select(k => k.DisposeAsync().AsTask())).ConfigureAwait(false);
        _kernels.Clear();
        _table.Dispose();
    }
}
