using Muk.Abi;
using Muk.Kernel.Cores;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>A node whose kernels run C# delegates over real rings, each on a thread.</summary>
internal sealed class FakeNode : INode, IDisposable
{
    private readonly Dictionary<(int, int), FakeKernel> _kernels = [];
    private readonly IReadOnlyDictionary<string, FakeProgram> _programs;
    private ulong _number;
    private RingStore? _rings;

    public FakeNode(IReadOnlyDictionary<string, FakeProgram> programs, int cores = 8)
    {
        _programs = programs;
        FreeCores = [.. Enumerable.Range(1, cores).Select(cpu => new FreeCore(cpu))];
        Folder = Directory.CreateDirectory(TestFolders.SharedName()).FullName;
    }

    public string Folder { get; }

    public IReadOnlyList<FreeCore> FreeCores { get; }

    public IReadOnlyList<int> HostCpus => [];

    public IReadOnlyList<LeaseFacts> Leases => [];

    public IEnumerable<FakeKernel> Kernels => _kernels.Values;

    public RingStore Rings => _rings ??= new RingStore(Folder, NextNumber);

    /// <summary>What a kernel waits for before it is up.</summary>
    public Func<CancellationToken, Task> BringUp { get; set; } = _ => Task.CompletedTask;

    public ulong NextNumber() => ++_number;

    public async Task<ICoreKernel> KernelAsync(int core, int seat, MachineKind machine, CancellationToken cancellation)
    {
        await BringUp(cancellation);
        if (!_kernels.TryGetValue((core, seat), out var kernel))
        {
            _kernels[(core, seat)] = kernel = new FakeKernel(core, machine, _programs);
        }

        return kernel;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
