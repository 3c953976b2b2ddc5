using Muk.Abi;
using Muk.Kernel.Cores;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Nodes;

/// <summary>What a node is made of.</summary>
/// <param name="Folder">Its folder; exists, and is the node's own.</param>
/// <param name="Cores">Cores for stages.</param>
/// <param name="HostCpus">CPUs for everything else.</param>
/// <param name="KernelProgram">The core kernel's program.</param>
/// <param name="Lease">Takes a core, by its CPU, before its first kernel starts; disposing of it gives the core back. A <see
/// cref="CoreLease"/> where the host knows of it.</param>
public sealed record NodeParts(
    string Folder, IReadOnlyList<FreeCore> Cores, IReadOnlyList<int> HostCpus, string KernelProgram, Func<int, IDisposable> Lease);

/// <summary>A node: its folder, its leased cores, and the core kernels that have been started, kept for the next pipeline.
/// Any thread.</summary>
public sealed class Node(NodeParts parts) : INode, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private RingStore? _rings;
    private readonly Dictionary<(int Core, int Seat), (MachineKind Machine, Task<CoreKernel> Kernel)> _kernels = [];
    private readonly Dictionary<int, IDisposable> _leases = [];
    private ulong _number;
    private int _kernelNumber;

    public string Folder => parts.Folder;

    public IReadOnlyList<FreeCore> FreeCores => parts.Cores;

    public IReadOnlyList<int> HostCpus => parts.HostCpus;

    /// <inheritdoc/>
    public IReadOnlyList<LeaseFacts> Leases
    {
        get
        {
            lock (_lock)
            {
                return [.. _leases.Values.OfType<CoreLease>().Select(l => l.Facts)];
            }
        }
    }

    /// <inheritdoc/>
    public RingStore Rings
    {
        get
        {
            lock (_lock)
            {
                return _rings ??= new RingStore(Folder, NextNumber);
            }
        }
    }

    public ulong NextNumber() => Interlocked.Increment(ref _number);

    /// <inheritdoc/>
    public async Task<ICoreKernel> KernelAsync(int core, int seat, MachineKind machine, CancellationToken cancellation)
    {
        Task<CoreKernel> kernel;
        lock (_lock)
        {
            if (!_leases.TryGetValue(core, out var lease))
            {
                _leases.Add(core, lease = parts.Lease(core));
            }

            var there = _kernels.GetValueOrDefault((core, seat));
            if (there.Kernel is null || there.Machine != machine || !CanRun(there.Kernel))
            {
                there = (machine, ReplaceAsync(there.Kernel, core, machine, (lease as CoreLease)?.Facts.JoinFile, cancellation));
                _kernels[(core, seat)] = there;
            }

            kernel = there.Kernel;
        }

        return await kernel.ConfigureAwait(false);
    }

    /// <summary>Ends every core kernel and gives the cores back.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<CoreKernel>[] kernels;
        lock (_lock)
        {
            kernels = [.. _kernels.Values.Select(k => k.Kernel)];
            _kernels.Clear();
        }

        await Task.WhenAll(kernels.Select(EndAsync)).ConfigureAwait(false);
        foreach (var lease in _leases.Values)
        {
            lease.Dispose();
        }

        _leases.Clear();
    }

    // One that is still starting will do; one that failed to start, or has died, will not.
    private static bool CanRun(Task<CoreKernel> kernel) =>
        !kernel.IsCompleted || (kernel.IsCompletedSuccessfully && kernel.Result.IsAlive);

    private async Task<CoreKernel> ReplaceAsync(Task<CoreKernel>? old, int core, MachineKind machine, string? joinFile,
        CancellationToken cancellation)
    {
        if (old is not null)
        {
            await EndAsync(old).ConfigureAwait(false);
        }

        return await CoreKernel.StartAsync(parts.KernelProgram, Folder, Interlocked.Increment(ref _kernelNumber) - 1, core, machine,
            HostCpus, joinFile, cancellation).ConfigureAwait(false);
    }

    private static async Task EndAsync(Task<CoreKernel> kernel)
    {
        await ((Task)kernel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (kernel.IsCompletedSuccessfully)
        {
            await kernel.Result.DisposeAsync().ConfigureAwait(false);
        }
    }
}
