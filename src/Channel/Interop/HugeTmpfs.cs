using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muk.Channel.Interop;

/// <summary>A tmpfs that backs advised ranges with 2 MiB pages whatever the host's default for <c>/dev/shm</c> is (tmpfs(5), "huge").
/// It is mounted nowhere: it lives as long as one of its files is open, so nothing of it can be left behind.</summary>
/// <remarks>Needs CAP_SYS_ADMIN and Linux 5.2. The system calls are fsopen, fsconfig and fsmount. Any thread.</remarks>
public static partial class HugeTmpfs
{
    private const long FsOpen = 430;
    private const long FsConfig = 431;
    private const long FsMount = 432;
    private const int CloseOnExec = 1;
    private const int SetString = 1;
    private const int CreateIt = 6;
    private const int AtReadWriteCreate = 0x80042;

    /// <summary>Makes a file of <paramref name="bytes"/> zero bytes on such a file system, or gives null where the host does
    /// not let us; the caller then takes an ordinary one.</summary>
    public static SafeFileHandle? TryCreateFile(long bytes)
    {
        using var context = Handle(Call(FsOpen, "tmpfs", CloseOnExec));
        if (context.IsInvalid || Configure(context, "huge", "advise") != 0 || Configure(context, "size", "0") != 0
            || Call(FsConfig, context, CreateIt, 0, 0, 0) != 0)
        {
            return null;
        }

        using var root = Handle(Call(FsMount, context, CloseOnExec, 0));
        if (root.IsInvalid)
        {
            return null;
        }

        var file = Handle(OpenAt(root, "memory", AtReadWriteCreate, 0x180));
        if (file.IsInvalid || Truncate(file, bytes) != 0)
        {
            file.Dispose();
            return null;
        }

        return file;
    }

    /// <summary>How another process of the same user opens a file of ours.</summary>
    public static string PathOf(SafeFileHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}");
    }

    private static SafeFileHandle Handle(long descriptor) => new((nint)descriptor, ownsHandle: true);

    private static long Configure(SafeFileHandle context, string key, string value) => Call(FsConfig, context, SetString, key, value, 0);

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8)]
    private static partial long Call(long number, string type, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8)]
    private static partial long Call(long number, SafeFileHandle context, int command, string key, string value, int extra);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Call(long number, SafeFileHandle context, int command, nint key, nint value, int extra);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Call(long number, SafeFileHandle context, int flags, int attributes);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(SafeFileHandle folder, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int Truncate(SafeFileHandle file, long bytes);
}
