using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Files;

/// <summary><c>struct stat</c> of x86-64 (arch/x86/include/uapi/asm/stat.h).</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct HostStat
{
    public const uint TypeMask = 0xf000;
    public const uint TypeFifo = 0x1000;
    public const uint TypeCharacter = 0x2000;
    public const uint TypeDirectory = 0x4000;
    public const uint TypeRegular = 0x8000;
    public const uint TypeLink = 0xa000;

    public ulong Device;
    public ulong Inode;
    public ulong Links;
    public uint Mode;
    public uint User;
    public uint Group;
    public uint Padding;
    public ulong DeviceNumber;
    public long Bytes;
    public long BlockBytes;
    public long Blocks;
    public TimeSpec Accessed;
    public TimeSpec Modified;
    public TimeSpec Changed;

    /// <summary>A device of memory's (major 1), as /dev/null is.</summary>
    public static HostStat Memory(uint minor) =>
        new() { Device = 1, Inode = 16 + minor, Links = 1, Mode = TypeCharacter | 0x1b6, DeviceNumber = 0x100 | minor, BlockBytes = 4096 };

    /// <summary>A text of /proc: it can be read, and how long it is shows then.</summary>
    public static HostStat Text(ulong inode) =>
        new() { Device = 2, Inode = inode, Links = 1, Mode = TypeRegular | 0x124, BlockBytes = 1024 };

    /// <summary>A folder of /proc.</summary>
    public static HostStat Folder(ulong inode) =>
        new() { Device = 2, Inode = inode, Links = 2, Mode = TypeDirectory | 0x16d, BlockBytes = 1024 };

    /// <summary>A link of /proc.</summary>
    public static HostStat Link(ulong inode) =>
        new() { Device = 2, Inode = inode, Links = 1, Mode = TypeLink | 0x1ff, BlockBytes = 1024 };

    /// <summary>What has no name, as an eventfd.</summary>
    public static HostStat Nameless() => new() { Device = 3, Inode = 1, Links = 1, Mode = 0x180, BlockBytes = 4096 };

    /// <summary>A pipe, as standard streams are.</summary>
    public static HostStat Pipe(ulong inode) =>
        new() { Device = 1, Inode = inode, Links = 1, Mode = TypeFifo | 0x180, BlockBytes = 4096 };
}
