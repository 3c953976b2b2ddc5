using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    /// <summary>Linux's UIO_MAXIOV.</summary>
    public const int CountMax = 1024;

    public ulong At;
    public ulong Bytes;
}
