using System.Text;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux;

/// <summary>Files by name, as far as they are granted, and what is asked of open ones.</summary>
internal sealed class FileCalls(Session session, DescriptorTable descriptors, Grants grants, byte[] buffer)
{
    /// <summary>AT_FDCWD: the current folder, which is always "/".</summary>
    public const int CurrentFolder = -100;

    private const uint NoFollow = 0x100;
    private const uint EmptyPath = 0x1000;
    private const uint RemoveFolder = 0x200;
    private const uint CallerFlags = OpenFlags.AccessMask | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.Truncate
        | OpenFlags.Append | OpenFlags.NonBlocking | OpenFlags.Directory | OpenFlags.NoFollow;

    private const uint NoControllingTerminal = 0x100;

    /// <summary>openat's shape: a folder, a path, flags, a mode.</summary>
    public long Open(int folder, ulong pathAt, uint flags, uint mode)
    {
        var error = Path(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        // Never waits for the other end of a FIFO, never takes a terminal.
        var opened = grants.Open(
            path,
            (flags & CallerFlags) | OpenFlags.NonBlocking | NoControllingTerminal,
            (flags & OpenFlags.Create) != 0 ? mode & 0xfff : 0);
        if (opened < 0)
        {
            return opened;
        }

        var file = new HostFile((int)opened, path, buffer) { Flags = flags & CallerFlags };
        var added = descriptors.Add(file);
        if (added < 0)
        {
            HostFileCalls.Close((int)opened);
            return added;
        }

        descriptors.SetCloseOnExec((ulong)added, (flags & OpenFlags.CloseOnExec) != 0 ? 1u : 0u);
        return added;
    }

    public long StatOpen(ulong descriptor, ulong at)
    {
        if (descriptors.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        var result = file.Stat(out var stat);
        return result < 0 ? result : session.Memory.TryWriteStruct(at, stat) ? 0 : -Errno.Fault;
    }

    public long Stat(int folder, ulong pathAt, ulong at, uint flags)
    {
        var error = Path(folder, pathAt, out var path, flags);
        if (error < 0)
        {
            return error;
        }

        if (path.Length == 0)
        {
            return StatOpen((ulong)folder, at);
        }

        var file = OpenForLook(path, flags);
        if (file < 0)
        {
            return file;
        }

        var result = HostFileCalls.Stat((int)file, out var stat);
        HostFileCalls.Close((int)file);
        return result < 0 ? result : session.Memory.TryWriteStruct(at, stat) ? 0 : -Errno.Fault;
    }

    public long Access(int folder, ulong pathAt, int mode)
    {
        var error = Path(folder, pathAt, out var path);
        var file = error < 0 ? error : OpenForLook(path, 0);
        if (file < 0)
        {
            return file;
        }

        var result = HostFileCalls.Access((int)file, mode & 7);
        HostFileCalls.Close((int)file);
        return result < 0 ? result : (mode & 2) != 0 ? grants.MayWrite(path) : 0;
    }

    public long ReadLink(int folder, ulong pathAt, ulong at, ulong bytes)
    {
        var error = Path(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        Span<byte> target = stackalloc byte[GuestAccess.PathBytesMax];
        long count;
        if (path == "/proc/self/exe")
        {
            count = Encoding.UTF8.GetBytes("/" + session.Options.Name, target);
        }
        else
        {
            var link = OpenForLook(path, NoFollow);
            if (link < 0)
            {
                return link;
            }

            count = HostFileCalls.ReadLink((int)link, target);
            HostFileCalls.Close((int)link);
        }

        count = Math.Min(count, (long)Math.Min(bytes, GuestAccess.PathBytesMax));
        return bytes == 0 ? -Errno.Invalid
            : count < 0 ? (count == -Errno.NoEntry ? -Errno.Invalid : count)
            : session.Memory.TryWrite(new(at), target[..(int)count]) ? count : -Errno.Fault;
    }

    public long Unlink(int folder, ulong pathAt, uint flags) => InParent(
        folder, pathAt, (parent, name) => HostFileCalls.Unlink(parent, name, (int)(flags & RemoveFolder)));

    public long MakeFolder(int folder, ulong pathAt, uint mode) => InParent(
        folder, pathAt, (parent, name) => HostFileCalls.MakeFolder(parent, name, mode & 0x1ff));

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

    private long OpenForLook(string path, uint flags) =>
        grants.Open(path, OpenFlags.Path | ((flags & NoFollow) != 0 ? OpenFlags.NoFollow : 0), 0);

    private long InParent(int folder, ulong pathAt, Func<int, string, long> change)
    {
        var error = Path(folder, pathAt, out var path);
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

    /// <summary>The absolute path that a folder's descriptor and a path make; "" for the descriptor itself, where allowed.</summary>
    private long Path(int folder, ulong at, out string path, uint flags = 0)
    {
        var error = session.Memory.ReadPath(at, out path);
        if (error < 0 || path.StartsWith('/'))
        {
            return error;
        }

        if (path.Length == 0)
        {
            return (flags & EmptyPath) != 0 ? 0 : -Errno.NoEntry;
        }

        if (folder == CurrentFolder)
        {
            path = "/" + path;
            return 0;
        }

        if (descriptors.Find((ulong)folder) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        path = file is HostFile within ? within.Path + "/" + path : path;
        return file is HostFile ? 0 : -Errno.NotDirectory;
    }
}
