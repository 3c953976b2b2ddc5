using Muk.Kernel.Cores;

namespace Muk.Tests.Kernel.Cores;

public sealed class CoreLeaseTests : IDisposable
{
    private static readonly Core Leased = new([3], 0, 0, 0);
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-lease-").FullName;

    private LeaseFile Record => new(Path.Combine(_folder, "lease"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_exclusive_lease_moves_everything_else_off_and_its_end_puts_everything_back()
    {
        var host = FakeHost.WithCpuset(4, tasks: 20);
        host.Tied.Add("7");
        var before = host.Picture;
        using (var lease = Take(host))
        {
            Assert.Equal(Exclusivity.Cpuset, lease.Facts.How);
            Assert.Empty(lease.Facts.Refused);
            Assert.Equal(19, lease.Facts.TasksMoved);
            Assert.Equal(1, lease.Facts.InterruptsSteered);
            Assert.Equal($"{FakeHost.Cpuset}/muk-cores-test/tasks", lease.Facts.JoinFile);
            Assert.Equal("3", host.TryRead($"{FakeHost.Cpuset}/muk-cores-test/cpuset.cpus"));
            Assert.Equal("0-2", host.TryRead($"{FakeHost.Cpuset}/muk-host/cpuset.cpus"));
            Assert.Equal(["7"], host.TasksOf($"{FakeHost.Cpuset}/tasks"));
            Assert.Equal("0", CoreGroup.Join(host, lease.Facts.JoinFile) == "" ? host.TasksOf(lease.Facts.JoinFile!)[0] : "refused");
            Assert.True(host.TryWrite($"{FakeHost.Cpuset}/tasks", "0", out _));
        }

        Assert.Equal(before, host.Picture.Replace("\n0", "", StringComparison.Ordinal).Replace("tasks=0 ", "tasks=",
            StringComparison.Ordinal));
        Assert.False(File.Exists(Record.Path));
    }

    [Fact]
    public void A_node_that_dies_at_any_step_is_undone_by_the_next_start()
    {
        var steps = 0;
        for (var died = true; died; steps++)
        {
            var host = FakeHost.WithCpuset(4, tasks: 5);
            var before = host.Picture;
            host.ChangesLeft = steps;
            died = false;
            try
            {
                Take(host);
            }
            catch (FakeHost.Died)
            {
                died = true;
            }

            host.ChangesLeft = int.MaxValue;
            Assert.Empty(LeaseUndo.Run(host, Record));
            Assert.Equal(before, host.Picture);
            Assert.Empty(LeaseUndo.Run(host, Record));   // Again: nothing is left to do.
            Assert.Equal(before, host.Picture);
            File.Delete(Record.Path);
        }

        Assert.True(steps > 15, $"{steps} steps");
    }

    [Fact]
    public void An_undo_that_dies_at_any_step_is_finished_by_the_next_one()
    {
        for (var left = 0; left < 12; left++)
        {
            var host = FakeHost.WithCpuset(4, tasks: 5);
            var before = host.Picture;
            Take(host);
            host.ChangesLeft = left;
            try
            {
                LeaseUndo.Run(host, Record);
            }
            catch (FakeHost.Died)
            {
                host.ChangesLeft = int.MaxValue;
                Assert.Empty(LeaseUndo.Run(host, Record));
            }

            Assert.Equal(before, host.Picture);
            File.Delete(Record.Path);
        }
    }

    [Theory]
    [InlineData("muk-host", Exclusivity.Nodes)]
    [InlineData("cpu_exclusive", Exclusivity.Cpuset)]
    [InlineData("/irq/", Exclusivity.Cpuset)]
    [InlineData("sched_load_balance", Exclusivity.Cpuset)]
    public void What_the_host_refuses_is_said_with_a_command_and_is_not_fatal(string refused, Exclusivity how)
    {
        var host = FakeHost.WithCpuset(4, tasks: 5);
        var before = host.Picture;
        host.Refuses = refused;
        var lease = Take(host);
        Assert.Equal(how, lease.Facts.How);
        Assert.NotEmpty(lease.Facts.Refused);
        Assert.All(lease.Facts.Refused, r => Assert.NotEqual("", r.Command));
        host.Refuses = null;
        lease.Dispose();
        Assert.Equal(before, host.Picture);
    }

    [Fact]
    public void A_host_without_cpusets_still_gives_a_lease_among_nodes()
    {
        using var lease = Take(new FakeHost());
        Assert.Equal(Exclusivity.Nodes, lease.Facts.How);
        Assert.Null(lease.Facts.JoinFile);
    }

    [Fact]
    public void Leases_of_two_nodes_add_up_and_whoever_ends_last_puts_back_what_they_share()
    {
        foreach (var firstEndsFirst in (bool[])[true, false])
        {
            var host = FakeHost.WithCpuset(4, tasks: 5);
            host.File("/proc/irq/12/smp_affinity_list", "0-3");
            var before = host.Picture;
            var records = new[] { Record, new LeaseFile(Path.Combine(_folder, "lease2")) };
            CoreLease[] leases = [.. records.Select((r, i) => CoreLease.Take(
                host, r, CoreLocks.TryTake(_folder, [])!, [new([i + 2], 0, 0, 0)], [0], $"{i}", LeaseWish.Exclusive))];
            Assert.Equal("0-1", host.TryRead($"{FakeHost.Cpuset}/muk-host/cpuset.cpus"));
            Assert.Equal("0-1", host.TryRead("/proc/irq/12/smp_affinity_list"));
            leases[firstEndsFirst ? 0 : 1].Dispose();
            Assert.Equal(firstEndsFirst ? "0-2" : "0-1,3", host.TryRead($"{FakeHost.Cpuset}/muk-host/cpuset.cpus"));
            Assert.Equal(firstEndsFirst ? "0-2" : "0-1,3", host.TryRead("/proc/irq/12/smp_affinity_list"));
            Assert.Equal("0", host.TryRead($"{FakeHost.Cpuset}/cpuset.sched_load_balance"));
            leases[firstEndsFirst ? 1 : 0].Dispose();
            Assert.All(records, r => Assert.Empty(LeaseUndo.Run(host, r)));
            Assert.Equal(before, host.Picture);
            Assert.All(records, r => Assert.False(File.Exists(r.Path)));
        }
    }

    [Fact]
    public void A_lease_made_inside_anothers_host_group_lies_beside_it()
    {
        var host = FakeHost.WithCpuset(4, tasks: 5).File("/proc/self/cgroup", "3:cpuset:/muk-host\n0::/");
        Assert.Equal(new CpusetHierarchy(1, FakeHost.Cpuset), CpusetHierarchy.Find(host));
    }

    [Fact]
    public void Two_nodes_cannot_have_one_core()
    {
        Core[] cores = [new([1, 9], 0, 0, 0), new([2, 10], 0, 0, 0)];
        var topology = new Topology([new([0, 8], 0, 0, 0), .. cores], [], []);
        using (var first = CoreLocks.TryTake(_folder, cores[..1]))
        {
            Assert.NotNull(first);
            Assert.Null(CoreLocks.TryTake(_folder, cores));
            Assert.Equal([1, 9], CoreLocks.Taken(_folder, topology).Order());
            Assert.Equal([2], new CoreMap(topology, CoreLocks.Taken(_folder, topology)).Free.Select(c => c.Cpu));
        }

        using var both = CoreLocks.TryTake(_folder, cores);
        Assert.NotNull(both);
    }

    [Fact]
    public void A_lease_file_says_nothing_that_was_not_acted_upon_and_touches_nothing_foreign()
    {
        var steps = LeaseFile.Parse("group\t/sys/fs/cgroup/cpuset/a\nvalue\t/proc/irq/9/smp_affinity_list\t0-3\nvalue\t/etc/passwd\tx\n"
            + "group\t/sys/fs/cgroup/../../etc\njunk\ngroup\t/sys/fs/cgroup/cpuset/cut off");
        Assert.Equal([new LeaseStep.Group("/sys/fs/cgroup/cpuset/a"), new LeaseStep.Value("/proc/irq/9/smp_affinity_list", "0-3")], steps);
        Assert.All(steps, s => Assert.Equal([s], LeaseFile.Parse(LeaseFile.Format(s))));
    }

    private CoreLease Take(FakeHost host) =>
        CoreLease.Take(host, Record, CoreLocks.TryTake(_folder, [])!, [Leased], [0, 1, 2], "test", LeaseWish.Exclusive);
}
