using System.Diagnostics;
using Muk.Kernel.Cores;

namespace Muk.Tests.Kernel.Cores;

public sealed class NodeFolderTests : IDisposable
{
    private readonly string _runtime = Path.Combine(Path.GetTempPath(), $"muk-runtime-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Directory.CreateDirectory(_runtime);
        Directory.Delete(_runtime, recursive: true);
    }

    [Fact]
    public void A_node_has_a_folder_of_its_own_that_goes_with_it()
    {
        string path;
        using (var node = NodeFolder.Create(_runtime))
        {
            path = node.Path;
            Assert.Equal("700", Processes.GuestCompiler.Run("stat", "-c", "%a", path).Trim());
            Assert.StartsWith($"{Environment.ProcessId}-", node.Name, StringComparison.Ordinal);
            Assert.Equal($"{Environment.ProcessId}\n", Processes.GuestCompiler.Run("cat", Path.Combine(path, "lock")));
            Assert.Empty(NodeFolder.CleanDead(_runtime, new FakeHost()));
            Assert.True(Directory.Exists(path));
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void A_dead_node_is_cleared_away_with_its_lease_and_its_core_kernels_and_nobody_elses()
    {
        var host = FakeHost.WithCpuset(4, tasks: 5);
        var before = host.Picture;
        var dead = Path.Combine(_runtime, "1-dead");
        Directory.CreateDirectory(dead);
        File.WriteAllText(Path.Combine(dead, "lock"), "1\n");
        _ = CoreLease.Take(host, new(Path.Combine(dead, "lease")), CoreLocks.TryTake(_runtime, [])!, [new([3], 0, 0, 0)], [0, 1, 2], "x",
            LeaseWish.Exclusive);

        // A stand-in by name: a shell called muk-core with the command line of a core kernel.
        var name = Path.Combine(_runtime, "muk-core");
        File.Copy("/bin/sh", name);
        using var survivor = Process.Start(name, ["-c", "kill -STOP $$; :", "muk-core", "--node", dead])!;
        using var foreign = Process.Start(name, ["-c", "kill -STOP $$; :", "muk-core", "--node", dead + "2"])!;
        Thread.Sleep(50);
        var done = NodeFolder.CleanDead(_runtime, host);
        Assert.True(survivor.WaitForExit(10_000));
        Assert.False(foreign.HasExited);
        foreign.Kill(entireProcessTree: true);
        Assert.Equal(2, done.Count);
        Assert.False(Directory.Exists(dead));
        Assert.Equal(before, host.Picture);
    }

    [Theory]
    [InlineData("7 (muk-core) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 3 0 98765 1 2", 98765ul)]
    [InlineData("7 (a) b (c d) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 3 0 5 1 2", 5ul)]
    [InlineData("7 (muk-core) S 1", null)]
    [InlineData("", null)]
    public void A_process_is_known_by_its_start(string stat, ulong? start) => Assert.Equal(start, Survivors.StartTime(stat));

    [Theory]
    [InlineData("/x/muk-core\0--node\0/n/1\0--kernel\x30", true)]
    [InlineData("dotnet\0/x/muk-core.dll\0--node\0/n/1", true)]
    [InlineData("/x/muk-core\0--node\0/n/12", false)]
    [InlineData("/x/other\0--node\0/n/1", false)]
    [InlineData("less\0--node\0/n/1\0muk-core", false)]
    [InlineData("", false)]
    public void A_core_kernel_is_known_by_its_command_line(string commandLine, bool isOne) =>
        Assert.Equal(isOne, Survivors.IsCoreKernel(commandLine, "/n/1"));
}
