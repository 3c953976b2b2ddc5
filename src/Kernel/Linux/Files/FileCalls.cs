using System.Globalization;
using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;
using Muk.Kernel.Linux.Proc;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Files;

/// <summary>Files by name, as far as they are granted, and what is asked of open ones.</summary>
internal sealed class FileCalls(Session session, DescriptorTable descriptors, Grants grants, GuestPaths paths, ProcTree proc)
{
    private const string FolderOfDescriptors = "/dev/fd/";
    private const long TimeNow = 0x3fffffff;
    private const uint RemoveFolder = 0x200;
    private const uint CallerFlags = OpenFlags.AccessMask | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.Truncate
        | OpenFlags.Append | OpenFlags.NonBlocking | OpenFlags.Directory | OpenFlags.NoFollow;

    private const uint ExclusiveCreate = OpenFlags.Create | OpenFlags.Exclusive;
    /// <summary>O_TMPFILE without its O_DIRECTORY: file systems may lack it, and programs make a named file then.</summary>
    private const uint NamelessFile = 0x400000;
    private const uint NoControllingTerminal = 0x100;
    private const int BufferBytes = 64 * 1024;

    /// <summary>Every file's, since one call is served at a time. Made when there is a file: a start shall not wait for it.</summary>
    private byte[]? _buffer;

    private uint _mask = 0x12;

    /// <summary>openat's shape: a folder, a path, flags, a mode.</summary>
    public long Open(int folder, ulong pathAt, uint flags, uint mode)
    {
        var error = paths.Absolute(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        if ((flags & NamelessFile) != 0)
        {
            return -Errno.NotSupported;
        }

        if (Alias(path) is { } open)
        {
            return descriptors.Find(open) is { } same ? Add(same, flags) : -Errno.NoEntry;
        }

        if (DeviceFile.Find(path) is { } device)
        {
            return (flags & ExclusiveCreate) == ExclusiveCreate ? -Errno.Exists
                : (flags & OpenFlags.Directory) != 0 ? -Errno.NotDirectory
                : Add(device, flags);
        }

        if (proc.Find(path) is { } entry)
        {
            return OpenProc(path, entry, flags);
        }

        // Never waits for the other end of a FIFO, never takes a terminal.
        var opened = grants.Open(
            path,
            (flags & CallerFlags) | OpenFlags.NonBlocking | NoControllingTerminal,
            (flags & OpenFlags.Create) != 0 ? mode & 0xfff & ~_mask : 0);
        if (opened < 0)
        {
            return opened;
        }

        var added = Add(new HostFile((int)opened, path, _buffer ??= new byte[BufferBytes]), flags);
        if (added < 0)
        {
            HostFileCalls.Close((int)opened);
        }

        return added;
    }

    /// <summary>umask(mask): the host's own takes its part as well.</summary>
    public long Mask(uint mask)
    {
        var before = _mask;
        _mask = mask & 0x1ff;
        return before;
    }

    public long Unlink(int folder, ulong pathAt, uint flags) => InParent(
        folder, pathAt, (parent, name) => HostFileCalls.Unlink(parent, name, (int)(flags & RemoveFolder)));

    public long MakeFolder(int folder, ulong pathAt, uint mode) => InParent(
        folder, pathAt, (parent, name) => HostFileCalls.MakeFolder(parent, name, mode & 0x1ff & ~_mask));

    public long Rename(int fromFolder, ulong fromAt, int toFolder, ulong toAt) => InParent(
        fromFolder, fromAt, (fromParent, from) => InParent(
            toFolder, toAt, (toParent, to) => HostFileCalls.Rename(fromParent, from, toParent, to)));

    public long Truncate(ulong descriptor, ulong bytes) => descriptors.Find(descriptor) is not { } file ? -Errno.BadDescriptor
        : (long)bytes < 0 ? -Errno.Invalid : file.Truncate((long)bytes);

    public long Sync(ulong descriptor) => descriptors.Find(descriptor)?.Sync() ?? -Errno.BadDescriptor;

    public long List(in SystemCall call) =>
        descriptors.Find(call.A0)?.List(session, call.A1, Math.Min(call.A2, StreamCalls.CountMax)) ?? -Errno.BadDescriptor;

    public long CurrentFolderName(ulong at, ulong bytes) =>
        bytes < 2 ? -34 : session.Memory.TryWrite(new(at), "/\0"u8) ? 2 : -Errno.Fault;

    /// <summary>chmod in all its forms: a granted file's mode, never more than permission bits.</summary>
    public long ChangeMode(int folder, ulong pathAt, uint mode) => Change(
        folder, pathAt, 0, 0, file => HostFileCalls.ChangeMode(file, mode & 0x1ff));

    /// <summary>fchmod(descriptor, mode).</summary>
    public long ChangeModeOpen(ulong descriptor, uint mode) => descriptors.Find(descriptor) switch
    {
        null => -Errno.BadDescriptor,
        HostFile file when grants.MayWrite(file.Path) is < 0 and var error => error,
        HostFile file => file.ChangeMode(mode & 0x1ff),
        _ => 0,
    };

    /// <summary>utimensat(folder, path, times, flags); without a path the descriptor's own.</summary>
    public long ChangeTimes(in SystemCall call)
    {
        Span<TimeSpec> times = stackalloc TimeSpec[2];
        if (call.A2 == 0)
        {
            times.Fill(new() { Nanoseconds = TimeNow });
        }
        else if (!session.Memory.TryRead(new(call.A2), MemoryMarshal.AsBytes(times)))
        {
            return -Errno.Fault;
        }

        var (accessed, modified) = (times[0], times[1]);
        var flags = (uint)call.A3;
        if (call.A1 != 0)
        {
            return Change((int)call.A0, call.A1, flags, flags, file => HostFileCalls.ChangeTimes(file, accessed, modified));
        }

        return descriptors.Find(call.A0) switch
        {
            null => -Errno.BadDescriptor,
            HostFile file when grants.MayWrite(file.Path) is < 0 and var error => error,
            HostFile file => file.ChangeTimes(accessed, modified),
            _ => 0,
        };
    }

    /// <summary>truncate(path, bytes). The file is not opened for it: closing it would drop the program's locks.</summary>
    public long TruncateNamed(ulong pathAt, ulong bytes) => (long)bytes < 0 ? -Errno.Invalid
        : Change(GuestPaths.CurrentFolder, pathAt, 0, 0, file => HostFileCalls.TruncateNamed(file, (long)bytes));

    /// <summary>An entry of /proc or /sys: a link leads to the descriptor that it names, or nowhere; nothing is written.</summary>
    private long OpenProc(string path, ProcEntry entry, uint flags)
    {
        if ((flags & ExclusiveCreate) == ExclusiveCreate)
        {
            return -Errno.Exists;
        }

        if (entry is ProcEntry.Link)
        {
            return proc.Descriptor(path) is { } number && descriptors.Find(number) is { } same ? Add(same, flags) : -Errno.NoEntry;
        }

        if ((flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly)
        {
            return entry is ProcEntry.Folder ? -Errno.IsDirectory : -Errno.Access;
        }

        return (flags & OpenFlags.Directory) != 0 && entry is not ProcEntry.Folder ? -Errno.NotDirectory
            : Add(ProcTree.Open(path, entry)!, flags);
    }

    private long Change(int folder, ulong pathAt, uint pathFlags, uint lookFlags, Func<int, long> change)
    {
        var error = paths.Absolute(folder, pathAt, out var path, pathFlags);
        error = error < 0 ? error : grants.MayWrite(path);
        var file = error < 0 ? error : paths.OpenForLook(path, lookFlags);
        if (file < 0)
        {
            return file;
        }

        var result = change((int)file);
        HostFileCalls.Close((int)file);
        return result;
    }

    /// <summary>Adds a file just opened; the flags that only concern the opening are forgotten.</summary>
    private long Add(OpenFile file, uint flags)
    {
        if (file is not (PortSource or PortSink))
        {
            file.Flags = flags & CallerFlags & ~(OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.Truncate | OpenFlags.NoFollow);
        }

        var added = descriptors.Add(file);
        if (added >= 0)
        {
            descriptors.SetCloseOnExec((ulong)added, (flags & OpenFlags.CloseOnExec) != 0 ? 1u : 0u);
        }

        return added;
    }

    /// <summary>The descriptor that a path such as /dev/stdin or /dev/fd/2 stands for.</summary>
    private static ulong? Alias(string path) => path switch
    {
        "/dev/stdin" => 0,
        "/dev/stdout" => 1,
        "/dev/stderr" => 2,
        _ when path.StartsWith(FolderOfDescriptors, StringComparison.Ordinal)
            && uint.TryParse(
                path.AsSpan(FolderOfDescriptors.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private long InParent(int folder, ulong pathAt, Func<int, string, long> change)
    {
        var error = paths.Absolute(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        var parent = grants.OpenParent(path, out var name);
        if (parent < 0)
        {
            return parent;
        }

        var result = change((int)parent, name);
        HostFileCalls.Close((int)parent);
        return result;
    }
}
