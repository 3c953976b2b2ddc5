using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Cores;

namespace Muk.Tests.Kernel.Cores;

public sealed class TopologyTests
{
    /// <summary>Two sockets of 16 cores with two threads each: CPU c and c + 32 are one core, one cache a socket.</summary>
    private static FakeHost TwoSockets(string? allowed = null) => new FakeHost().Cpus("0-63", allowed, [.. Enumerable.Range(0, 64)
        .Select(cpu =>
    {
        var core = cpu % 32;
        var socket = core / 16;
        return (cpu, $"{core},{core + 32}", socket, socket, socket == 0 ? "0-15,32-47" : "16-31,48-63");
    })]);

    [Fact]
    public void Two_cpus_without_hyper_threads_are_two_cores_behind_one_cache()
    {
        var topology = Topology.Read(new FakeHost().Cpus("0-1", null, (0, "0", 0, 0, "0-1"), (1, "1", 0, 0, "0-1")));
        Assert.Equal(2, topology.Cores.Count);
        Assert.Equal(0, topology.HostCore!.Cpu);
        Assert.Equal(topology.Cores[0].Cache, topology.Cores[1].Cache);
    }

    [Fact]
    public void Two_sockets_with_hyper_threads_have_cores_of_two_cpus_and_a_cache_and_a_node_a_socket()
    {
        var topology = Topology.Read(TwoSockets());
        Assert.Equal(32, topology.Cores.Count);
        Assert.All(topology.Cores, c => Assert.Equal(new[] { c.Cpu, c.Cpu + 32 }, c.Cpus));
        Assert.Equal([0, 16], topology.Cores.Select(c => c.Cache).Distinct());
        Assert.Equal([0, 1], topology.Cores.Select(c => c.Node).Distinct());
        Assert.Equal([0, 1], topology.Cores.Select(c => c.Package).Distinct());
    }

    [Fact]
    public void Cpus_that_are_offline_or_outside_the_cpuset_belong_to_no_core()
    {
        var offline = Topology.Read(new FakeHost().Cpus("0,2-3", null, (0, "0", 0, 0, "0-3"), (2, "2-3", 0, 0, "0-3"), (3, "2-3", 0, 0,
            "0-3")));
        Assert.Equal(2, offline.Cores.Count);
        var limited = Topology.Read(TwoSockets(allowed: "16-19,48"));
        Assert.Equal([16, 17, 18, 19], limited.Cores.Select(c => c.Cpu));
        Assert.Equal([16, 48], limited.Cores[0].Cpus);
        Assert.Null(limited.HostCore);
    }

    [Theory]
    [InlineData("/sys/devices/system/cpu/online", "all")]
    [InlineData("/sys/devices/system/cpu/online", "")]
    [InlineData("/sys/devices/system/cpu/online", "3-1")]
    [InlineData("/sys/devices/system/cpu/cpu1/topology/core_cpus_list", "0")]
    [InlineData("/sys/devices/system/cpu/cpu1/topology/physical_package_id", "one")]
    [InlineData("/sys/devices/system/cpu/cpu1/cache/index3/level", "L3")]
    [InlineData("/sys/devices/system/node/node0/cpulist", "0-99999999")]
    [InlineData("/proc/self/status", "Cpus_allowed_list:\t7")]
    public void A_malformed_file_is_named_in_the_error(string path, string text)
    {
        var host = new FakeHost().Cpus("0-1", "0-1", (0, "0", 0, 0, "0-1"), (1, "1", 0, 0, "0-1")).File(path, text);
        Assert.Contains(path, Assert.Throws<TopologyException>(() => Topology.Read(host)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void This_hosts_own_topology_can_be_read()
    {
        var topology = Topology.Read(new HostFiles());
        Assert.Equal(topology.Allowed.Count, topology.Cores.Sum(c => c.Cpus.Count));
    }

    [Fact]
    public void A_list_of_cpus_survives_being_written_and_read() => Prop.ForAll<ushort[]>(numbers =>
    {
        var cpus = numbers.Select(n => n % (CpuList.CpuMax + 1)).Distinct().Order().ToArray();
        return CpuList.Parse(CpuList.Format(cpus), "test").SequenceEqual(cpus);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Core_0_stays_with_the_host_with_all_its_threads_and_a_core_is_taken_whole()
    {
        var map = new CoreMap(Topology.Read(TwoSockets()), [33]);
        Assert.Equal([0, 32], map.HostCpus);
        Assert.Equal([.. Enumerable.Range(2, 30)], map.Free.Select(c => c.Cpu));
        Assert.All(map.Free, c => Assert.Equal(2, c.Cpus.Count));
        Assert.Equal(1, map.TakenCount);
    }
}
