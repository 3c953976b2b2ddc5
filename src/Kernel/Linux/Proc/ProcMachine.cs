using System.Globalization;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Proc;

/// <summary>The texts of /proc that are about the machine: one core, and the memory that the MUK was given.</summary>
internal sealed class ProcMachine(Session session)
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerHundredth = 10_000_000;

    private readonly Guid _boot = Guid.NewGuid();

    private static CultureInfo Plain => CultureInfo.InvariantCulture;

    public void AddTo(Dictionary<string, Func<string>> texts)
    {
        const string kernel = "/proc/sys/kernel/";
        texts["/proc/meminfo"] = MemoryInfo;
        texts["/proc/cpuinfo"] = CpuInfo;
        texts["/proc/stat"] = Stat;
        texts["/proc/uptime"] = () => string.Create(Plain, $"{Up() / 100}.{Up() % 100:00} 0.00\n");
        texts["/proc/loadavg"] = () => "1.00 1.00 1.00 1/1 1\n";
        texts["/proc/version"] = () => "Linux version 6.1.0-muk (muk) #1 Muk\n";
        texts["/proc/filesystems"] = () => "nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\tcgroup2\n";
        texts["/proc/sys/vm/overcommit_memory"] = () => "1\n";
        texts["/proc/sys/vm/max_map_count"] = () => "65530\n";
        texts[kernel + "osrelease"] = () => "6.1.0-muk\n";
        texts[kernel + "ostype"] = () => "Linux\n";
        texts[kernel + "hostname"] = () => session.Options.Name + "\n";
        texts[kernel + "pid_max"] = () => "32768\n";
        texts[kernel + "threads-max"] = () => "1024\n";
        texts[kernel + "random/boot_id"] = () => _boot.ToString("D") + "\n";
        texts[kernel + "random/uuid"] = () => Guid.NewGuid().ToString("D") + "\n";
        texts[kernel + "core_pattern"] = () => "core\n";
        texts[kernel + "ngroups_max"] = () => "65536\n";
    }

    private long Up() => session.Time.MonotonicNanoseconds() / NanosecondsPerHundredth;

    private string MemoryInfo()
    {
        var (committed, limit) = session.Guest.AddressSpace?.Usage ?? (0, session.Options.MemoryBytes);
        var total = limit >> 10;
        var free = (limit - Math.Min(limit, committed)) >> 10;
        return string.Create(Plain, $"""
            MemTotal:       {total,8} kB
            MemFree:        {free,8} kB
            MemAvailable:   {free,8} kB
            Buffers:               0 kB
            Cached:                0 kB
            SwapCached:            0 kB
            Active:         {committed >> 10,8} kB
            Inactive:              0 kB
            SwapTotal:             0 kB
            SwapFree:              0 kB
            Shmem:                 0 kB
            CommitLimit:    {total,8} kB
            Committed_AS:   {committed >> 10,8} kB
            HugePages_Total:       0
            HugePages_Free:        0
            Hugepagesize:       2048 kB

            """);
    }

    private string CpuInfo() => string.Create(Plain, $"""
        processor	: {IdentityCalls.CpuNumber}
        vendor_id	: unknown
        cpu family	: 6
        model		: 0
        model name	: MUK core
        physical id	: 0
        siblings	: 1
        core id		: 0
        cpu cores	: 1
        fpu		: yes
        cpuid level	: 13
        flags		: fpu cx8 cmov mmx fxsr sse sse2 syscall lm constant_tsc
        address sizes	: 48 bits physical, 48 bits virtual


        """);

    private string Stat()
    {
        var busy = Up();
        var boot = session.Time.Nanoseconds(GuestTimeReadings.Realtime) / NanosecondsPerSecond;
        return string.Create(Plain, $"""
            cpu  {busy} 0 0 0 0 0 0 0 0 0
            cpu{IdentityCalls.CpuNumber} {busy} 0 0 0 0 0 0 0 0 0
            intr 0
            ctxt 0
            btime {boot - (busy / 100)}
            processes 1
            procs_running 1
            procs_blocked 0

            """);
    }
}
