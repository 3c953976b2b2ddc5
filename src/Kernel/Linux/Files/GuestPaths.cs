using Muk.Kernel.Linux.Descriptors;

namespace Muk.Kernel.Linux.Files;

/// <summary>From a path argument to what it names: a folder's descriptor and a path become an absolute path.</summary>
internal sealed class GuestPaths(Session session, DescriptorTable descriptors, Grants grants)
{
    /// <summary>AT_FDCWD: the current folder, which is always "/".</summary>
    public const int CurrentFolder = -100;

    public const uint NoFollow = 0x100;
    public const uint EmptyPath = 0x1000;

    /// <summary>The absolute path that a folder's descriptor and a path make; "" for the descriptor itself, where
    /// <paramref name="flags"/> allow it. 0 or a negative errno.</summary>
    public long Absolute(int folder, ulong at, out string path, uint flags = 0)
    {
        if (at == 0 && (flags & EmptyPath) != 0)
        {
            path = "";
            return 0;
        }

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

        path = file.FolderPath is { } within ? within + "/" + path : path;
        return file.FolderPath is not null ? 0 : -Errno.NotDirectory;
    }

    /// <summary>A descriptor of the host's that names without opening, or a negative errno.</summary>
    public long OpenForLook(string path, uint flags) =>
        grants.Open(path, OpenFlags.Path | ((flags & NoFollow) != 0 ? OpenFlags.NoFollow : 0), 0);
}
