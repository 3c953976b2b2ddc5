using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Files;

/// <summary><c>struct flock</c> (include/uapi/asm-generic/fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct FileLock
{
    public const short TypeUnlock = 2;

    public short Type;
    public short Whence;
    public long Start;
    public long Bytes;

    /// <summary>Who holds it: -1 for an open file, 0 for one that cannot be seen from here.</summary>
    public int Process;
}
