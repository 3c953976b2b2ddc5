using System.Runtime.InteropServices;
using System.Text;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;
using Muk.Kernel.Linux.Proc;

namespace Muk.Kernel.Linux.Files;

/// <summary>What is asked about files: stat in all its forms, access, links, the file system.</summary>
internal sealed class FileFactCalls(Session session, DescriptorTable descriptors, Grants grants, GuestPaths paths, ProcTree proc)
{
    private const int FileSystemBytes = 120;
    private const ulong PipeFileSystem = 0x50495045;
    private const ulong NameBytesMax = 255;
    /// <summary>An owner that is to stay.</summary>
    private const uint Nobody = uint.MaxValue;
    private const int AccessWrite = 2;
    private const int AccessExecute = 1;

    public long StatOpen(ulong descriptor, ulong at)
    {
        var result = LookOpen(descriptor, out var stat);
        return result < 0 ? result : session.Memory.TryWriteStruct(at, stat) ? 0 : -Errno.Fault;
    }

    public long Stat(int folder, ulong pathAt, ulong at, uint flags)
    {
        var result = Look(folder, pathAt, flags, out var stat);
        return result < 0 ? result : session.Memory.TryWriteStruct(at, stat) ? 0 : -Errno.Fault;
    }

    /// <summary>statx(folder, path, flags, mask, at): the mask is a wish, and the basic facts are what there is.</summary>
    public long StatExtended(in SystemCall call)
    {
        var result = Look((int)call.A0, call.A1, (uint)call.A2, out var stat);
        return result < 0 ? result : session.Memory.TryWriteStruct(call.A4, StatX.From(stat)) ? 0 : -Errno.Fault;
    }

    /// <summary>chown in all its forms: files stay whose they are, and to give one to its owner, or to oneself, changes nothing.</summary>
    public long ChangeOwner(int folder, ulong pathAt, ulong user, ulong group, uint flags)
    {
        var error = Look(folder, pathAt, flags, out var stat);
        return error < 0 ? error : Owns(stat, user, group);
    }

    /// <summary>fchown(descriptor, user, group).</summary>
    public long ChangeOwnerOpen(ulong descriptor, ulong user, ulong group)
    {
        var error = LookOpen(descriptor, out var stat);
        return error < 0 ? error : Owns(stat, user, group);
    }

    public long Access(int folder, ulong pathAt, int mode)
    {
        var error = paths.Absolute(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        if (proc.Find(path) is { } entry)
        {
            return (mode & AccessWrite) != 0 || ((mode & AccessExecute) != 0 && entry is ProcEntry.Text) ? -Errno.Access : 0;
        }

        if (DeviceFile.Find(path) is not null)
        {
            return (mode & AccessExecute) != 0 ? -Errno.Access : 0;
        }

        var file = paths.OpenForLook(path, 0);
        if (file < 0)
        {
            return file;
        }

        var result = HostFileCalls.Access((int)file, mode & 7);
        HostFileCalls.Close((int)file);
        return result < 0 ? result : (mode & AccessWrite) != 0 ? grants.MayWrite(path) : 0;
    }

    public long ReadLink(int folder, ulong pathAt, ulong at, ulong bytes)
    {
        var error = paths.Absolute(folder, pathAt, out var path);
        if (error < 0)
        {
            return error;
        }

        Span<byte> target = stackalloc byte[GuestAccess.PathBytesMax];
        long count;
        if (proc.Find(path) is { } entry)
        {
            count = entry is ProcEntry.Link to ? Encoding.UTF8.GetBytes(to.Target, target) : -Errno.Invalid;
        }
        else
        {
            var link = paths.OpenForLook(path, GuestPaths.NoFollow);
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

    /// <summary>statfs(path, at).</summary>
    public long FileSystem(ulong pathAt, ulong at)
    {
        var error = paths.Absolute(GuestPaths.CurrentFolder, pathAt, out var path);
        if (error == 0 && proc.Find(path) is not null)
        {
            return WriteFileSystem(at, ProcTree.FileSystem(path));
        }

        var file = error < 0 ? error : paths.OpenForLook(path, 0);
        if (file < 0)
        {
            return file;
        }

        Span<byte> facts = stackalloc byte[FileSystemBytes];
        var result = HostFileCalls.StatFileSystem((int)file, facts);
        HostFileCalls.Close((int)file);
        return result < 0 ? result : session.Memory.TryWrite(new(at), facts) ? 0 : -Errno.Fault;
    }

    /// <summary>fstatfs(descriptor, at): what is no file of the host's lies where pipes do.</summary>
    public long FileSystemOpen(ulong descriptor, ulong at)
    {
        if (descriptors.Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        if (file is not HostFile host)
        {
            return WriteFileSystem(at, file.FolderPath is { } path ? ProcTree.FileSystem(path) : PipeFileSystem);
        }

        Span<byte> facts = stackalloc byte[FileSystemBytes];
        var result = host.StatFileSystem(facts);
        return result < 0 ? result : session.Memory.TryWrite(new(at), facts) ? 0 : -Errno.Fault;
    }

    private long WriteFileSystem(ulong at, ulong type)
    {
        Span<ulong> facts = stackalloc ulong[FileSystemBytes / sizeof(ulong)];
        facts.Clear();
        (facts[0], facts[1], facts[8], facts[9]) = (type, 4096, NameBytesMax, 4096);
        return session.Memory.TryWrite(new(at), MemoryMarshal.AsBytes(facts)) ? 0 : -Errno.Fault;
    }

    private long Look(int folder, ulong pathAt, uint flags, out HostStat stat)
    {
        stat = default;
        var error = paths.Absolute(folder, pathAt, out var path, flags);
        if (error < 0)
        {
            return error;
        }

        if (path.Length == 0)
        {
            return LookOpen((ulong)folder, out stat);
        }

        if (DeviceFile.Find(path) is { } device)
        {
            return device.Stat(out stat);
        }

        if (proc.Find(path) is { } entry)
        {
            if (entry is ProcEntry.Link && (flags & GuestPaths.NoFollow) == 0)
            {
                return proc.Descriptor(path) is { } number ? LookOpen(number, out stat) : -Errno.NoEntry;
            }

            stat = ProcTree.Stat(path, entry);
            return 0;
        }

        var file = paths.OpenForLook(path, flags);
        if (file < 0)
        {
            return file;
        }

        var result = HostFileCalls.Stat((int)file, out stat);
        HostFileCalls.Close((int)file);
        return result;
    }

    private static long Owns(in HostStat stat, ulong user, ulong group) =>
        ((uint)user is Nobody or 0 || (uint)user == stat.User) && ((uint)group is Nobody or 0 || (uint)group == stat.Group)
            ? 0 : -Errno.Perm;

    private long LookOpen(ulong descriptor, out HostStat stat)
    {
        stat = default;
        return descriptors.Find(descriptor)?.Stat(out stat) ?? -Errno.BadDescriptor;
    }
}
