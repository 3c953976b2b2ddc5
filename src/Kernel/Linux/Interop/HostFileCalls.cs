using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Interop;

/// <summary>The host's file calls as the guest's are served by them: what comes back is a count, or a negative errno for the
/// guest to see, so nothing here throws. Any thread.</summary>
internal static unsafe partial class HostFileCalls
{
    private const long CallOpenBeneath = 437;
    private const long CallListDirectory = 217;
    private const int EmptyPath = 0x1000;

    /// <summary>RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS: nothing above the folder, not by links nor by "..".</summary>
    private const ulong ResolveBeneath = 0x08 | 0x02;

    /// <summary>openat2; the descriptor is close-on-exec.</summary>
    public static long OpenBeneath(int folder, string path, uint flags, uint mode)
    {
        // SAFETY: the kernel reads the struct and the text, which outlive the call.
        var how = stackalloc ulong[3] { flags | OpenFlags.CloseOnExec, mode, ResolveBeneath };
        var text = Marshal.StringToCoTaskMemUTF8(path);
        var result = Call(CallOpenBeneath, folder, (void*)text, how, 24);
        var error = Marshal.GetLastPInvokeError();
        Marshal.FreeCoTaskMem(text);
        return result < 0 ? -error : result;
    }

    public static long Open(string path, uint flags) => Answer(OpenPath(path, flags | OpenFlags.CloseOnExec, 0));

    public static void Close(int file) => _ = CloseFile(file);

    public static long Read(int file, Span<byte> into) => Answer(ReadFile(file, into, (nuint)into.Length));

    public static long Write(int file, ReadOnlySpan<byte> from) => Answer(WriteFile(file, from, (nuint)from.Length));

    public static long ReadAt(int file, Span<byte> into, long at) => Answer(PositionedRead(file, into, (nuint)into.Length, at));

    public static long WriteAt(int file, ReadOnlySpan<byte> from, long at) =>
        Answer(PositionedWrite(file, from, (nuint)from.Length, at));

    public static long Seek(int file, long offset, int whence) => Answer(SeekFile(file, offset, whence));

    public static long Stat(int file, out HostStat stat) => Answer(StatFile(file, out stat));

    public static long Truncate(int file, long bytes) => Answer(TruncateFile(file, bytes));

    /// <summary>truncate of what a descriptor names, one opened with O_PATH too.</summary>
    public static long TruncateNamed(int file, long bytes) => Answer(TruncatePath(Named(file), bytes));

    public static long Sync(int file) => Answer(SyncFile(file));

    public static long List(int folder, Span<byte> into)
    {
        // SAFETY: the kernel writes at most the span's bytes, which is pinned for the call.
        fixed (byte* bytes = into)
        {
            return Answer(Call(CallListDirectory, folder, bytes, (void*)into.Length, 0));
        }
    }

    public static long ReadLink(int link, Span<byte> into) => Answer(ReadLinkAt(link, "", into, (nuint)into.Length));

    public static long Unlink(int folder, string name, int flags) => Answer(UnlinkAt(folder, name, flags));

    public static long MakeFolder(int folder, string name, uint mode) => Answer(MakeDirectoryAt(folder, name, mode));

    public static long Rename(int fromFolder, string from, int toFolder, string to) => Answer(RenameAt(fromFolder, from, toFolder, to));

    /// <summary>faccessat of what an O_PATH descriptor names.</summary>
    public static long Access(int file, int mode) => Answer(AccessAt(file, "", mode, EmptyPath));

    /// <summary>fstatfs; into needs 120 bytes.</summary>
    public static long StatFileSystem(int file, Span<byte> into) => Answer(FileSystemStat(file, into));

    /// <summary>chmod of what a descriptor names, one opened with O_PATH too.</summary>
    public static long ChangeMode(int file, uint mode) => Answer(ChangeModeNamed(Named(file), mode));

    /// <summary>utimensat of what a descriptor names, one opened with O_PATH too.</summary>
    public static long ChangeTimes(int file, TimeSpec accessed, TimeSpec modified)
    {
        ReadOnlySpan<TimeSpec> times = [accessed, modified];
        return Answer(SetTimes(0, Named(file), times, 0));
    }

    /// <summary>fchmod and futimens take no O_PATH descriptor; its link in /proc leads to the same file, and no path is
    /// resolved again.</summary>
    private static string Named(int file) => FormattableString.Invariant($"/proc/self/fd/{file}");

    private static long Answer(long result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, void* second, void* third, ulong fourth);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, uint flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int file, Span<byte> into, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int file, ReadOnlySpan<byte> from, nuint bytes);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint PositionedRead(int file, Span<byte> into, nuint bytes, long at);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint PositionedWrite(int file, ReadOnlySpan<byte> from, nuint bytes, long at);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long SeekFile(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int StatFile(int file, out HostStat stat);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int TruncateFile(int file, long bytes);

    [LibraryImport("libc", EntryPoint = "truncate", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TruncatePath(string path, long bytes);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncFile(int file);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int folder, string path, Span<byte> into, nuint bytes);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectoryAt(int folder, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemStat(int file, Span<byte> into);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeModeNamed(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetTimes(int folder, string path, ReadOnlySpan<TimeSpec> times, int flags);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int folder, string path, int mode, int flags);
}
