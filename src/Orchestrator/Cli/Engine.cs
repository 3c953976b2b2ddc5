using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Machines.Kvm;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli;

/// <summary>What verbs run pipelines with: this host's node and a runner on it. Disposing of it gives everything back.</summary>
public sealed class Engine : IAsyncDisposable
{
    /// <summary>Environment variable that names another device than <c>/dev/kvm</c>.</summary>
    public const string KvmDeviceVariable = "MUK_KVM_DEVICE";

    private readonly NodeStart _start;

    private Engine(NodeStart start, IPipelineRunner runner) => (_start, Runner) = (start, runner);

    /// <summary>Runs one plan at a time; core kernels stay up from one to the next.</summary>
    public IPipelineRunner Runner { get; }

    /// <summary>Brings the node up. Nothing is taken from the host before the first plan runs.</summary>
    public static Engine Start()
    {
        var start = NodeStart.Open();
        var device = KvmDevice();
        var choice = new MachineChoice(() => Measure(start.Node.Folder, device), new MachineCache(MachineCache.DefaultPath()),
            HostKey.Of(device), TimeProvider.System);
        return new(start, new PipelineRunner(start.Node, choice, TimeProvider.System));
    }

    /// <summary>The device of KVM that is to be used.</summary>
    public static string KvmDevice() =>
        Environment.GetEnvironmentVariable(KvmDeviceVariable) is { Length: > 0 } named ? named : "/dev/kvm";

    public ValueTask DisposeAsync() => _start.DisposeAsync();

    private static (bool Usable, string Reason) Measure(string folder, string device)
    {
        var facts = KvmProbe.Measure(folder, new LinuxKvmDevice(device));
        return (facts.Verdict == KvmVerdict.Native, facts.Reason);
    }
}
