using Muk.Abi;

namespace Muk.Orchestrator.Running;

/// <summary>Measures whether <c>kvm</c> can be used at native speed.</summary>
/// <returns>Whether, and what was found, one line for people.</returns>
public delegate (bool Usable, string Reason) KvmMeasurement();

/// <summary>Chooses by what has been measured: <c>kvm</c> where a guest runs at native speed, else <c>process</c>.</summary>
/// <remarks>What was found is kept in <paramref name="cache"/>: for good where <c>kvm</c> is native, since nothing makes a slow one look
/// fast, and for <see cref="DoubtfulFor"/> where it is not, since a busy host makes a fast one look slow. A <c>kvm</c> that was asked
/// for by name is measured anew where the cache says that it does not work, because whoever asks may just have repaired it.</remarks>
/// <param name="measure">Takes some milliseconds.</param>
/// <param name="cache">Where findings are kept.</param>
/// <param name="key">What they depend on.</param>
/// <param name="time">Tells how old a finding is.</param>
public sealed class MachineChoice(KvmMeasurement measure, MachineCache cache, string key, TimeProvider time) : IMachineChooser
{
    /// <summary>How long it is believed that <c>kvm</c> cannot be used.</summary>
    public static TimeSpan DoubtfulFor { get; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public MachineVerdict Choose(MachineRequest request)
    {
        switch (request)
        {
            case MachineRequest.Process:
                return new(MachineKind.Process, "");
            case MachineRequest.Kvm:
                var kvm = cache.Read(key) is { Usable: true } known ? known : Measure();
                return kvm.Usable
                    ? new(MachineKind.Kvm, "")
                    : throw new MachineException($"kvm cannot be used here: {kvm.Reason}; muk doctor shows what was measured and what to "
                        + "change, and --machine process runs without it");
            default:
                var found = cache.Read(key) is { } kept && IsBelieved(kept) ? kept : Measure();
                return found.Usable
                    ? new(MachineKind.Kvm, "")
                    : new(MachineKind.Process, $"stages run as filtered processes, because kvm cannot be used here: {found.Reason}");
        }
    }

    // A time that is still to come was written under another clock.
    private bool IsBelieved(MachineFinding finding) =>
        finding.Usable || (time.GetUtcNow() - finding.Measured is var age && age >= TimeSpan.Zero && age < DoubtfulFor);

    private MachineFinding Measure()
    {
        var (usable, reason) = measure();
        var finding = new MachineFinding(key, usable, reason, time.GetUtcNow());
        cache.TryWrite(finding);
        return finding;
    }
}
