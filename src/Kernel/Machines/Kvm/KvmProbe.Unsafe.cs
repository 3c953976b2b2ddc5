using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>Measures this host's KVM with a guest of a hundred bytes: that /dev/kvm opens proves little.</summary>
/// <remarks>Takes some tens of milliseconds, a quarter of a second at most a trial. Any thread, which becomes the vCPU's for that
/// time; pin it first to measure a certain core.</remarks>
public static unsafe class KvmProbe
{
    /// <summary>Up to here a guest's loop counts as native: measurements on shared hosts are that noisy.</summary>
    public const double NativeRatioMax = 1.25;

    private const int MillisecondsMax = 200;

    // Others' work can make a fast KVM look slow for a moment, and never a slow one fast: the best trial is the truth.
    private const int TrialsMax = 3;

    /// <summary>Measures. Whatever is wrong with the host's KVM is in the result.</summary>
    /// <param name="folder">A folder on a tmpfs, for the guest's memory.</param>
    /// <param name="device">Another device than the host's: for tests.</param>
    public static KvmFacts Measure(string folder, IKvmDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Best(() => Try(folder, device), TrialsMax);
    }

    /// <summary>The first trial that says anything but "slow", else the last one.</summary>
    internal static KvmFacts Best(Func<KvmFacts> trial, int trialsMax)
    {
        var facts = trial();
        for (var trials = 1; trials < trialsMax && facts.Verdict == KvmVerdict.Slow; trials++)
        {
            facts = trial();
        }

        return facts;
    }

    private static KvmFacts Try(string folder, IKvmDevice? device)
    {
        var name = Path.Combine(folder, $"probe-{Environment.ProcessId}-{Random.Shared.NextInt64():x}");
        try
        {
            var stamp = Stopwatch.GetTimestamp();
            using var machine = new KvmMachine(new KvmOptions($"{name}.memory", 1 << 26), device);
            var create = Nanoseconds(stamp);
            using var ring = SharedMemoryFile.Create($"{name}.ring", RingLayout.DataOffset + RingLayout.PageBytes);
            return Measure(machine, ring) with { CreateNanoseconds = create };
        }
        catch (HostException problem)
        {
            return new KvmFacts(KvmVerdict.Unusable, problem.Message);
        }
        finally
        {
            File.Delete($"{name}.ring");
        }
    }

    private static KvmFacts Measure(KvmMachine machine, SharedMemoryFile ring)
    {
        var plan = new GuestPlan(
            ProbeGuest.Image, ["probe"], [], 1 << 20, 64 << 10,
            [new GuestRing(0, PortDirection.Out, ring.Path, RingLayout.PageBytes)], new BootBlock { Magic = BootBlock.MagicValue });
        using var shared = Mapping.Map(ring, 0, ring.Bytes, MappingRights.ReadWrite);
        machine.Load(plan);
        var stamp = Stopwatch.GetTimestamp();
        machine.Load(plan);
        var load = Nanoseconds(stamp);

        using var helper = new ProbeHelper(machine, shared.Address, MillisecondsMax);
        var calls = new ProbeCalls(helper.StartPeer, helper.WantKick, Environment.ProcessorCount > 1);
        helper.Start(calls);
        var end = machine.Run(calls);
        var facts = new KvmFacts(
            KvmVerdict.Native,
            "",
            (double)calls.LoopCycles / ProbeCalls.Turns,
            (double)HostLoopCycles() / ProbeCalls.Turns,
            calls.ExitNanoseconds,
            calls.SharedNanoseconds,
            calls.KickNanoseconds == ulong.MaxValue ? 0 : calls.KickNanoseconds,
            0,
            load);
        return Judge(facts, end, calls.Problem);
    }

    private static KvmFacts Judge(KvmFacts facts, GuestEnd end, string problem) => end switch
    {
        GuestEnd.Exited when problem.Length > 0 => facts with { Verdict = KvmVerdict.Unusable,
            Reason = $"KVM cannot run a ring-3 guest: {problem}" },
        GuestEnd.Exited when facts.GuestCyclesPerLoop > NativeRatioMax * facts.HostCyclesPerLoop => facts with
        {
            Verdict = KvmVerdict.Slow,
            Reason = FormattableString.Invariant(
                $"guest code runs {facts.GuestCyclesPerLoop / facts.HostCyclesPerLoop:f1} times slower than the host's own"),
        },
        GuestEnd.Exited => facts,
        GuestEnd.Crashed crashed => facts with { Verdict = KvmVerdict.Unusable,
            Reason = $"KVM cannot run a ring-3 guest: {crashed.Reason}" },
        GuestEnd.Killed killed => facts with { Verdict = KvmVerdict.Unusable, Reason = $"KVM cannot run a ring-3 guest: {killed.Reason}" },
        _ => throw new InvalidOperationException($"no such end: {end}"),
    };

    private static ulong HostLoopCycles()
    {
        using var code = new HostCode(ProbeGuest.HostLoop);
        // SAFETY: the code is the function that ProbeGuest says it is.
        var loop = (delegate* unmanaged<ulong, ulong>)code.Address;
        var best = ulong.MaxValue;
        for (var i = 0; i < 7; i++)
        {
            best = Math.Min(best, loop(ProbeCalls.Turns));
        }

        return best;
    }

    private static ulong Nanoseconds(long since) => (ulong)(Stopwatch.GetTimestamp() - since) * 1_000_000_000 / (ulong)Stopwatch.Frequency;
}
