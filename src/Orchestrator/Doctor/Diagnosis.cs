using Muk.Kernel.Cores;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Machines.Kvm;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Doctor;

/// <summary>All that <c>muk doctor</c> finds, as data.</summary>
/// <param name="Kvm">The kvm machine, measured.</param>
/// <param name="KvmDevice">On which device.</param>
/// <param name="HostCpus">CPUs that stay with the host.</param>
/// <param name="FreeCores">CPUs that MUKs can own.</param>
/// <param name="Facts">What else of the host matters.</param>
/// <param name="MissingPackages">Debian packages that are not installed.</param>
public sealed record Diagnosis(
    KvmFacts Kvm,
    string KvmDevice,
    IReadOnlyList<int> HostCpus,
    IReadOnlyList<int> FreeCores,
    IReadOnlyList<HostFact> Facts,
    IReadOnlyList<MissingPackage> MissingPackages)
{
    /// <summary>Whether something is missing without which no MUK runs.</summary>
    public bool CanRun => MissingPackages.Count == 0 && Facts.All(fact => fact.Verdict != HostVerdict.Missing);

    /// <summary>The last line: one sentence.</summary>
    public string Verdict => !CanRun
        ? "MUKs cannot run here yet: see what is missing above"
        : $"MUKs run here, {(Kvm.Verdict == KvmVerdict.Native ? "as virtual machines" : "as filtered processes")}, "
            + (FreeCores.Count == 0
                ? "sharing the host's own core"
                : $"on {FreeCores.Count} core{(FreeCores.Count == 1 ? "" : "s")} of their own");

    /// <summary>Examines this host. Measuring kvm takes a quarter of a second at most; <c>auto</c> goes by it from then on.</summary>
    public static Diagnosis Make(string root)
    {
        var files = new HostFiles();
        var runtime = NodeFolder.RuntimeFolder;
        _ = NodeFolder.CleanDead(runtime, files);
        var topology = Topology.Read(files);
        var map = new CoreMap(topology, CoreLocks.Taken(runtime, topology));
        var device = Engine.KvmDevice();
        var kvm = KvmProbe.Measure(Path.GetTempPath(), new LinuxKvmDevice(device));
        new MachineCache(MachineCache.DefaultPath()).TryWrite(
            new(HostKey.Of(device), kvm.Verdict == KvmVerdict.Native, kvm.Reason, TimeProvider.System.GetUtcNow()));
        return new(
            kvm,
            device,
            map.HostCpus,
            [.. map.Free.Select(core => core.Cpu)],
            [.. HostFacts.Read(files), LeaseProbe.Try(files, runtime, map)],
            [.. Packages.Missing(root).Select(package => new MissingPackage(package.Name, package.Reason))]);
    }
}

/// <summary>A Debian package that is needed and not installed.</summary>
public sealed record MissingPackage(string Name, string Reason);
