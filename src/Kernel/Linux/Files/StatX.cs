using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Files;

/// <summary><c>struct statx</c> (include/uapi/linux/stat.h), the basic facts of it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct StatX
{
    private const uint BasicStats = 0x7ff;

    public uint Mask;
    public uint BlockBytes;
    public ulong Attributes;
    public uint Links;
    public uint User;
    public uint Group;
    public ushort Mode;
    public ushort Padding;
    public ulong Inode;
    public ulong Bytes;
    public ulong Blocks;
    public ulong AttributesMask;
    public StatXTime Accessed;
    public StatXTime Born;
    public StatXTime Changed;
    public StatXTime Modified;
    public uint SpecialMajor;
    public uint SpecialMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;

    public static StatX From(in HostStat stat) => new()
    {
        Mask = BasicStats,
        BlockBytes = (uint)stat.BlockBytes,
        Links = (uint)stat.Links,
        User = stat.User,
        Group = stat.Group,
        Mode = (ushort)stat.Mode,
        Inode = stat.Inode,
        Bytes = (ulong)stat.Bytes,
        Blocks = (ulong)stat.Blocks,
        Accessed = StatXTime.From(stat.Accessed),
        Changed = StatXTime.From(stat.Changed),
        Modified = StatXTime.From(stat.Modified),
        SpecialMajor = Major(stat.DeviceNumber),
        SpecialMinor = Minor(stat.DeviceNumber),
        DeviceMajor = Major(stat.Device),
        DeviceMinor = Minor(stat.Device),
    };

    /// <summary>A device number's halves as the C library packs them (gnu_dev_major, gnu_dev_minor).</summary>
    private static uint Major(ulong device) => (uint)(((device >> 8) & 0xfff) | ((device >> 32) & 0xffff_f000));

    private static uint Minor(ulong device) => (uint)((device & 0xff) | ((device >> 12) & 0xffff_ff00));
}

/// <summary><c>struct statx_timestamp</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatXTime
{
    public long Seconds;
    public uint Nanoseconds;
    public int Padding;

    public static StatXTime From(TimeSpec time) => new() { Seconds = time.Seconds, Nanoseconds = (uint)time.Nanoseconds };
}
