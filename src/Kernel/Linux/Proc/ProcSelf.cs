using System.Globalization;
using System.Text;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux.Proc;

/// <summary>The texts of /proc/self (proc(5)).</summary>
internal sealed class ProcSelf(Session session)
{
    private const ulong PageBytes = 4096;
    private const int ClockCpu = 2;
    private const long NanosecondsPerTick = 10_000_000;

    private static CultureInfo Plain => CultureInfo.InvariantCulture;

    private string Name => session.Options.Name;

    public void AddTo(Dictionary<string, Func<string>> texts)
    {
        const string self = "/proc/self/";
        if (session.Guest.AddressSpace is not null)
        {
            texts[self + "maps"] = Maps;
        }
        else if (session.Guest is IHostMaps host)
        {
            texts[self + "maps"] = () => HostMaps.Text(host.Maps(), "/" + Name);
        }

        texts[self + "stat"] = Stat;
        texts[self + "statm"] = MemoryPages;
        texts[self + "status"] = Status;
        texts[self + "limits"] = Limits;
        texts[self + "comm"] = () => Name + "\n";
        texts[self + "cmdline"] = () => Joined(session.Options.Arguments);
        texts[self + "environ"] = () => Joined(session.Options.Environment);
        texts[self + "cgroup"] = () => "0::/\n";
        texts[self + "mountinfo"] = () => """
            20 1 0:20 / / rw - tmpfs tmpfs rw
            21 20 0:21 / /proc rw - proc proc rw
            22 20 0:22 / /sys ro - sysfs sysfs ro
            23 22 0:23 / /sys/fs/cgroup ro - cgroup2 cgroup2 ro

            """;
        texts[self + "mounts"] = () => """
            tmpfs / tmpfs rw 0 0
            proc /proc proc rw 0 0
            sysfs /sys sysfs ro 0 0
            cgroup2 /sys/fs/cgroup cgroup2 ro 0 0

            """;
        texts[self + "oom_score_adj"] = () => "0\n";
        texts[self + "oom_score"] = () => "0\n";
        texts[self + "loginuid"] = () => "4294967295\n";
    }

    private static string Joined(IReadOnlyList<string> texts) => string.Concat(texts.Select(text => text + "\0"));

    private (ulong Virtual, ulong Resident) Pages()
    {
        var (committed, _) = session.Guest.AddressSpace?.Usage ?? (0, 0);
        var mapped = 0ul;
        foreach (var region in session.Guest.AddressSpace?.Regions ?? [])
        {
            mapped += region.Bytes;
        }

        return (Math.Max(mapped, committed) / PageBytes, committed / PageBytes);
    }

    private string Maps()
    {
        var text = new StringBuilder();
        foreach (var region in session.Guest.AddressSpace?.Regions ?? [])
        {
            var rights = region.Rights;
            var start = text.Length;
            text.Append(Plain, $"{region.Start:x8}-{region.End:x8} ")
                .Append(rights.HasFlag(PageRights.Read) ? 'r' : '-')
                .Append(rights.HasFlag(PageRights.Write) ? 'w' : '-')
                .Append(rights.HasFlag(PageRights.Execute) ? 'x' : '-')
                .Append(region.IsPrivate ? 'p' : 's')
                .Append(" 00000000 00:00 0 ");
            var name = NameOf(region.Kind);
            if (name.Length > 0)
            {
                text.Append(' ', Math.Max(0, 73 - (text.Length - start))).Append(name);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private string NameOf(RegionKind kind) => kind switch
    {
        RegionKind.Image => "/" + Name,
        RegionKind.Heap => "[heap]",
        RegionKind.Stack => "[stack]",
        RegionKind.Boot => "[vvar]",
        RegionKind.Stub => "[vdso]",
        RegionKind.Ring or RegionKind.RingOfPeer => "/dev/ring",
        _ => "",
    };

    private string Stat()
    {
        var (mapped, resident) = Pages();
        var ticks = session.Time.Nanoseconds(ClockCpu) / NanosecondsPerTick;
        var threads = session.Threads.All.Count;
        return string.Create(
            Plain, $"1 ({Name}) R 0 1 1 0 -1 4194304 0 0 0 0 {ticks} 0 0 0 20 0 {threads} 0 1 {mapped * PageBytes} {resident} ")
            + "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
    }

    private string MemoryPages()
    {
        var (mapped, resident) = Pages();
        return string.Create(Plain, $"{mapped} {resident} 0 0 0 {resident} 0\n");
    }

    private string Status()
    {
        var (mapped, resident) = Pages();
        return string.Create(Plain, $"""
            Name:	{Name}
            Umask:	0022
            State:	R (running)
            Tgid:	1
            Ngid:	0
            Pid:	1
            PPid:	0
            TracerPid:	0
            Uid:	0	0	0	0
            Gid:	0	0	0	0
            FDSize:	{DescriptorTable.CountMax}
            Groups:	0
            VmPeak:	{mapped * 4,8} kB
            VmSize:	{mapped * 4,8} kB
            VmLck:	       0 kB
            VmHWM:	{resident * 4,8} kB
            VmRSS:	{resident * 4,8} kB
            VmSwap:	       0 kB
            Threads:	{session.Threads.All.Count}
            SigPnd:	0000000000000000
            NoNewPrivs:	1
            Seccomp:	2
            Cpus_allowed:	{1 << IdentityCalls.CpuNumber:x}
            Cpus_allowed_list:	{IdentityCalls.CpuNumber}
            Mems_allowed:	1
            Mems_allowed_list:	0

            """);
    }

    private static string Limits()
    {
        var text = new StringBuilder("Limit                     Soft Limit           Hard Limit           Units     \n");
        ReadOnlySpan<(string Name, string Value, string Unit)> all =
        [
            ("Max cpu time", "unlimited", "seconds"), ("Max file size", "unlimited", "bytes"), ("Max data size", "unlimited", "bytes"),
            ("Max stack size", "8388608", "bytes"), ("Max core file size", "0", "bytes"), ("Max resident set", "unlimited", "bytes"),
            ("Max open files", DescriptorTable.CountMax.ToString(Plain), "files"), ("Max address space", "unlimited", "bytes"),
        ];
        foreach (var (name, value, unit) in all)
        {
            text.Append(Plain, $"{name,-25} {value,-20} {value,-20} {unit,-10}\n");
        }

        return text.ToString();
    }
}
