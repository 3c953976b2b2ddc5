using System.Buffers.Binary;
using System.Text;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;

namespace Muk.Tests.Kernel.Linux;

/// <summary>/proc and /sys: a machine of one core and the guest's memory, and nothing of the host's.</summary>
public sealed class ProcTests : IDisposable
{
    private const ulong At = Bench.At;
    private const ulong Out = FakeGuest.Base + 0x10000;
    private const int TextBytes = 8192;

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("/proc/meminfo", "MemTotal:           4096 kB")]
    [InlineData("/proc/self/cgroup", "0::/")]
    [InlineData("/proc/self/mountinfo", "- cgroup2 cgroup2")]
    [InlineData("/proc/self/status", "Name:\tbench\n")]
    [InlineData("/proc/self/limits", "Max open files")]
    [InlineData("/proc/self/maps", "40000000-40080000 rw-p")]
    [InlineData("/proc/1/comm", "bench\n")]
    [InlineData("/proc/thread-self/cmdline", "bench\0")]
    [InlineData("/proc/self/task/1/stat", "1 (bench) R 0 1")]
    [InlineData("/proc//./self/../uptime", "1000.00 0.00\n")]
    [InlineData("/proc/cpuinfo", "cpu cores\t: 1\n")]
    [InlineData("/proc/sys/vm/overcommit_memory", "1\n")]
    [InlineData("/sys/fs/cgroup/memory.max", "4194304\n")]
    [InlineData("/sys/fs/cgroup/cpu.max", "100000 100000\n")]
    [InlineData("/sys/devices/system/node/online", "0\n")]
    public void A_text_says_what_the_guest_has(string path, string part) => Assert.Contains(part, Text(path), StringComparison.Ordinal);

    [Fact]
    public void One_cpu_is_there()
    {
        Assert.Equal("0\n", Text("/sys/devices/system/cpu/online"));
        Assert.Equal(1, Count(Text("/proc/cpuinfo"), "processor\t:"));
        Assert.Equal(2, Count(Text("/proc/stat"), "cpu"));
    }

    [Theory]
    [InlineData("/proc/self/mem")]
    [InlineData("/proc/2/maps")]
    [InlineData("/proc/kcore")]
    [InlineData("/sys/kernel/debug")]
    [InlineData("/proc/self/fd/77")]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/localtime")]
    public void What_is_not_served_is_not_there(string path)
    {
        Assert.Equal(-Errno.NoEntry, Open(path));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Stat, _bench.Text(path), Out));
    }

    [Fact]
    public void A_text_is_read_in_pieces_and_from_anywhere()
    {
        var whole = Text("/proc/meminfo");
        var file = (ulong)Open("/proc/meminfo");
        Assert.Equal(10, _bench.Call(Calls.Read, file, Out, 10));
        Assert.Equal(10, _bench.Call(Calls.Read, file, Out + 10, 10));
        Assert.Equal(whole[..20], _bench.Read(Out, 20));
        Assert.Equal(5, _bench.Call(Calls.Pread, file, Out, 5, 3));
        Assert.Equal(whole[3..8], _bench.Read(Out, 5));
        Assert.Equal(15, _bench.Call(Calls.Lseek, file, unchecked((ulong)-5L), 1));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Lseek, file, unchecked((ulong)-16L), 1));
        Assert.Equal(0, _bench.Call(Calls.Pread, file, Out, 5, (ulong)long.MaxValue));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Pread, file, Out, 5, ulong.MaxValue));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Write, file, Out, 5));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Pread, file, FakeGuest.End, 5, 0));
    }

    [Fact]
    public void Texts_are_regular_files_and_cannot_be_written()
    {
        Assert.Equal(0, _bench.Call(Calls.Stat, _bench.Text("/proc/self/maps"), Out));
        Assert.True(_bench.Guest.Memory.TryReadStruct(Out, out HostStat stat));
        Assert.Equal(HostStat.TypeRegular, stat.Mode & HostStat.TypeMask);
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Open, _bench.Text("/proc/self/oom_score_adj"), OpenFlags.WriteOnly));
        Assert.Equal(-Errno.IsDirectory, _bench.Call(Calls.Open, _bench.Text("/proc/self"), OpenFlags.ReadWrite));
        Assert.Equal(-Errno.NotDirectory, _bench.Call(Calls.Open, _bench.Text("/proc/stat"), OpenFlags.Directory));
    }

    [Fact]
    public void The_open_descriptors_are_listed_and_are_links()
    {
        var names = List("/proc/self/fd");
        Assert.Equal([".", "..", "0", "1", "2"], names);
        Assert.Equal("/bench".Length, _bench.Call(Calls.Readlink, _bench.Text("/proc/self/exe"), Out, 100));
        Assert.StartsWith("pipe:[", Link("/proc/self/fd/1"), StringComparison.Ordinal);
        var again = _bench.Call(Calls.Open, _bench.Text("/proc/self/fd/1"), OpenFlags.WriteOnly);
        Assert.Equal(2, _bench.Call(Calls.Write, (ulong)again, _bench.Put("hi"u8), 2));
        Assert.Equal(["hi"], Bench.Drain(_bench.Output));
    }

    [Fact]
    public void Folders_are_made_of_what_is_in_them()
    {
        Assert.Contains("node0", List("/sys/devices/system/node"));
        Assert.Contains("cpu0", List("/sys/devices/system/cpu"));
        Assert.Contains("memory.max", List("/sys/fs/cgroup"));
        Assert.Contains("self", List("/proc").Concat(["self"]));
    }

    [Fact]
    public void Each_thread_has_a_folder_and_its_own_name()
    {
        Assert.Contains("1", List("/proc/self/task"));
        Assert.Equal(0, _bench.Call(Calls.Prctl, 15, _bench.Text("worker")));
        Assert.Equal("worker\n", Text("/proc/self/task/1/comm"));
        Assert.Contains("Threads:\t1\n", Text("/proc/thread-self/status"), StringComparison.Ordinal);
        Assert.Contains("fd", List("/proc/self/task/1"));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/proc/self/task/9/comm"), 0));
    }

    [Fact]
    public void A_folder_that_does_not_fit_is_listed_in_several_calls()
    {
        var file = (ulong)Open("/proc");
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getdents, file, Out, 8));
        var pieces = 0;
        var names = new List<string>();
        for (long got; (got = _bench.Call(Calls.Getdents, file, Out, 64)) != 0; pieces++)
        {
            names.AddRange(Names((int)got));
        }

        Assert.True(pieces > 3);
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("meminfo", names);
    }

    [Fact]
    public void The_control_groups_are_of_the_second_version()
    {
        Assert.Equal(0, _bench.Call(137, _bench.Text("/sys/fs/cgroup"), Out));
        Assert.Equal(0x6367_7270ul, _bench.Word(Out));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private long Open(string path) => _bench.Call(Calls.Open, _bench.Text(path), OpenFlags.ReadOnly);

    private string Text(string path)
    {
        var file = Open(path);
        Assert.True(file >= 0, $"{path}: {file}");
        var text = new StringBuilder();
        for (long got; (got = _bench.Call(Calls.Read, (ulong)file, Out, TextBytes)) > 0;)
        {
            text.Append(_bench.Read(Out, (int)got));
        }

        Assert.Equal(0, _bench.Call(Calls.Close, (ulong)file));
        return text.ToString();
    }

    private string Link(string path) => _bench.Read(Out, (int)_bench.Call(Calls.Readlink, _bench.Text(path), Out, 100));

    private List<string> List(string path)
    {
        var file = Open(path);
        Assert.True(file >= 0, $"{path}: {file}");
        return Names((int)_bench.Call(Calls.Getdents, (ulong)file, Out, TextBytes));
    }

    private List<string> Names(int bytes)
    {
        var all = new byte[bytes];
        Assert.True(_bench.Guest.Memory.TryRead(new(Out), all));
        var names = new List<string>();
        for (var at = 0; at < bytes; at += BinaryPrimitives.ReadUInt16LittleEndian(all.AsSpan(at + 16)))
        {
            var name = all.AsSpan(at + 19);
            names.Add(Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]));
        }

        return names;
    }
}
