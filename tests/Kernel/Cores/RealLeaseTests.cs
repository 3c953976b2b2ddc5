using Muk.Kernel.Cores;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Process;
using Muk.Tests.Kernel.Processes;

namespace Muk.Tests.Kernel.Cores;

/// <summary>A lease on this very host. Run by name only: for its short time it crowds everything else onto core 0.</summary>
[Collection(MachineFixture.Collection)]
public sealed class RealLeaseTests(MachineFixture fixture, ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void A_guest_has_an_exclusive_core_of_this_host_which_has_it_back_afterwards()
    {
        var files = new HostFiles();
        var hierarchy = CpusetHierarchy.Find(files);
        Assert.SkipUnless(hierarchy is { Version: 1 } && Environment.IsPrivilegedProcess, "needs cgroup v1 cpusets and root");
        var image = fixture.Guests.Compile("#include <stdio.h>\nint main(void) { puts(\"mine\"); return 3; }");
        var folders = files.List(hierarchy!.Group);
        var balance = files.TryRead($"{hierarchy.Group}/cpuset.sched_load_balance");
        var interrupts = Interrupts(files);
        using var node = NodeFolder.Create(Path.Combine(Path.GetTempPath(), $"muk-real-{Guid.NewGuid():N}"));
        var runtime = Path.GetDirectoryName(node.Path)!;
        var map = new CoreMap(Topology.Read(files), CoreLocks.Taken(runtime, Topology.Read(files)));
        Core[] cores = [map.Free[0]];
        var (end, text) = (default(GuestEnd), "");
        using (var lease = CoreLease.Take(files, node.Lease, CoreLocks.TryTake(runtime, cores)!, cores, map.HostCpus, node.Name,
            LeaseWish.Exclusive))
        {
            output.WriteLine($"{lease.Facts} {string.Join("; ", lease.Facts.Refused)}");
            Assert.Equal(Exclusivity.Cpuset, lease.Facts.How);
            using var machine = new ProcessMachine(ProcessMachineOptions.ForCore(cores[0].Cpu) with { JoinFile = lease.Facts.JoinFile });
            machine.Load(MachineFixture.Plan(image));
            var calls = new FakeSystemCalls
            {
                Special = (_, _) =>
                {
                    Assert.Contains($"{machine.Pid}", File.ReadAllLines(lease.Facts.JoinFile!));
                    return null;
                },
            };
            (end, text) = (machine.Run(calls), calls.Output.ToString());
        }

        Assert.Equal((new GuestEnd.Exited(3), "mine\n"), (end, text));
        Assert.Equal(folders, files.List(hierarchy.Group));
        Assert.Equal(balance, files.TryRead($"{hierarchy.Group}/cpuset.sched_load_balance"));
        Assert.Equal(interrupts, Interrupts(files));
        Assert.False(File.Exists(node.Lease.Path));
    }

    private static string Interrupts(HostFiles files) =>
        string.Join(' ', files.List("/proc/irq").Select(n => $"{n}={files.TryRead($"/proc/irq/{n}/smp_affinity_list")}"));
}
