using Muk.Kernel.Cores;

namespace Muk.Tests.Kernel.Cores;

public sealed class HostFactsTests
{
    [Fact]
    public void This_host_has_every_fact_once_and_a_command_for_whatever_is_not_good()
    {
        var facts = HostFacts.Read(new HostFiles());
        Assert.Equal(14, facts.Select(f => f.Name).Distinct().Count());
        Assert.All(facts, f => Assert.NotEqual("", f.Value));
        Assert.All(facts.Where(f => f.Verdict != HostVerdict.Good), f => Assert.True(f is { Meaning.Length: > 0, Command.Length: > 0 },
            f.Name));
    }

    [Theory]
    [InlineData("/proc/sys/kernel/osrelease", "6.1.0-13-amd64", "kernel", HostVerdict.Good)]
    [InlineData("/proc/sys/kernel/osrelease", "5.10.0", "kernel", HostVerdict.Noisy)]
    [InlineData("/proc/sys/kernel/osrelease", "4.19.2", "kernel", HostVerdict.Missing)]
    [InlineData("/proc/sys/kernel/osrelease", "odd", "kernel", HostVerdict.Missing)]
    [InlineData("/proc/sys/kernel/seccomp/actions_avail", "kill trap errno allow", "seccomp", HostVerdict.Missing)]
    [InlineData("/sys/devices/system/cpu/isolated", "2-3", "isolcpus", HostVerdict.Good)]
    [InlineData("/sys/devices/system/cpu/nohz_full", "(null)", "nohz_full", HostVerdict.Noisy)]
    [InlineData("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave", "governor", HostVerdict.Noisy)]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]", "huge pages", HostVerdict.Noisy)]
    [InlineData("/proc/77/comm", "irqbalance", "irqbalance", HostVerdict.Noisy)]
    [InlineData("/proc/self/limits", "Max locked memory         8388608              8388608              bytes", "locked memory",
        HostVerdict.Noisy)]
    [InlineData("/proc/self/limits", "Max locked memory         unlimited            unlimited            bytes", "locked memory",
        HostVerdict.Good)]
    [InlineData("/proc/swaps", "Filename Type\n/dev/sda2 partition", "swap", HostVerdict.Noisy)]
    [InlineData("/proc/sys/kernel/nmi_watchdog", "1", "NMI watchdog", HostVerdict.Noisy)]
    [InlineData("/proc/cpuinfo", "processor : 0\nflags : fpu hypervisor", "host", HostVerdict.Noisy)]
    public void A_fact_follows_its_file(string path, string text, string name, HostVerdict verdict) =>
        Assert.Equal(verdict, HostFacts.Read(new FakeHost().File(path, text)).Single(f => f.Name == name).Verdict);
}
