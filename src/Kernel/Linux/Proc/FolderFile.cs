using System.Buffers.Binary;
using System.Text;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;

namespace Muk.Kernel.Linux.Proc;

/// <summary>A folder of /proc or /sys, open: the names that were in it then.</summary>
internal sealed class FolderFile(string path, ulong inode, IReadOnlyList<(string Name, byte Type)> names) : OpenFile
{
    private const int HeaderBytes = 19; // Of struct linux_dirent64: inode, offset, length, type.

    private int _at;

    /// <summary>The path by which it is found, for calls relative to it.</summary>
    public override string? FolderPath => path;

    public override long Read(Session session, ulong at, ulong bytes) => -Errno.IsDirectory;

    public override long Write(Session session, ulong at, ulong bytes) => -Errno.BadDescriptor;

    public override long Seek(long offset, int whence)
    {
        if (whence != 0 || offset < 0 || offset > names.Count)
        {
            return -Errno.Invalid;
        }

        return _at = (int)offset;
    }

    public override PollEvents Poll(PollEvents wanted) => wanted & (PollEvents.In | PollEvents.Out);

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Folder(inode);
        return 0;
    }

    public override long List(Session session, ulong at, ulong bytes)
    {
        Span<byte> entry = stackalloc byte[512];
        var done = 0ul;
        for (; _at < names.Count; _at++)
        {
            var (name, type) = names[_at];
            var length = (HeaderBytes + Encoding.UTF8.GetByteCount(name) + 1 + 7) & ~7;
            if ((ulong)length > bytes - done)
            {
                return done == 0 ? -Errno.Invalid : (long)done;
            }

            var room = entry[..length];
            room.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(room, inode + (ulong)_at + 1);
            BinaryPrimitives.WriteInt64LittleEndian(room[8..], _at + 1);
            BinaryPrimitives.WriteUInt16LittleEndian(room[16..], (ushort)length);
            room[18] = type;
            Encoding.UTF8.GetBytes(name, room[HeaderBytes..]);
            if (!session.Memory.TryWrite(new(at + done), room))
            {
                return -Errno.Fault;
            }

            done += (ulong)length;
        }

        return (long)done;
    }
}
