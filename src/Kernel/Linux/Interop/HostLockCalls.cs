using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Files;

namespace Muk.Kernel.Linux.Interop;

/// <summary>The host's locks, links and room as the guest's are served by them; as <see cref="HostFileCalls"/>, nothing throws.
/// Any thread.</summary>
internal static partial class HostLockCalls
{
    /// <summary>fcntl with a <c>struct flock</c>; never waits, as <paramref name="command"/> is none that does.</summary>
    public static long Control(int file, int command, ref FileLock at) => Answer(ControlFile(file, command, ref at));

    /// <summary>flock.</summary>
    public static long Lock(int file, int operation) => Answer(LockFile(file, operation));

    /// <summary>fallocate.</summary>
    public static long Allocate(int file, int mode, long offset, long bytes) =>
        Answer(AllocateFile(file, mode, offset, bytes));

    /// <summary>sendfile, from <paramref name="offset"/> and on to behind what was copied; negative for the file's own place.</summary>
    public static long Copy(int to, int from, ref long offset, ulong bytes) => Answer(
        offset < 0 ? SendFrom(to, from, 0, (nuint)bytes) : SendFromOffset(to, from, ref offset, (nuint)bytes));

    /// <summary>linkat without flags.</summary>
    public static long Link(int fromFolder, string from, int toFolder, string to) =>
        Answer(LinkAt(fromFolder, from, toFolder, to, 0));

    /// <summary>symlinkat.</summary>
    public static long LinkTo(string target, int folder, string name) => Answer(SymbolicLinkAt(target, folder, name));

    private static long Answer(long result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlFile(int file, int command, ref FileLock at);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockFile(int file, int operation);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int AllocateFile(int file, int mode, long offset, long bytes);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFrom(int to, int from, nint offset, nuint bytes);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    private static partial nint SendFromOffset(int to, int from, ref long offset, nuint bytes);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SymbolicLinkAt(string target, int folder, string name);
}
