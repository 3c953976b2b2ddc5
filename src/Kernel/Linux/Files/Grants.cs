using Muk.Kernel.Control;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux.Files;

/// <summary>The part of the host's files that a run may use. A path leads to a folder that is open already and to a rest,
/// which Linux itself resolves beneath that folder; a path that no grant covers does not exist. Owner: the vCPU thread.</summary>
internal sealed class Grants(IReadOnlyList<FileGrant> grants) : IDisposable
{
    private readonly int[] _roots = [.. grants.Select(_ => -1)];

    /// <summary>Opens what a path names. A descriptor of the host's, or a negative errno.</summary>
    public long Open(string path, uint flags, uint mode)
    {
        var writes = (flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly
            || (flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0;
        var root = Find(path, writes && (flags & OpenFlags.Path) == 0, out var rest);
        return root < 0 ? root : Beneath(HostFileCalls.OpenBeneath((int)root, rest, flags, mode));
    }

    /// <summary>Opens the folder that holds what a path names, to change something in it; the last name comes apart.</summary>
    public long OpenParent(string path, out string name)
    {
        var root = Find(path, writes: true, out var rest);
        var slash = rest.LastIndexOf('/');
        name = rest[(slash + 1)..];
        return root < 0 ? root
            : name is "." or ".." or "" ? -Errno.Invalid
            : Beneath(HostFileCalls.OpenBeneath(
                (int)root, slash < 0 ? "." : rest[..slash], OpenFlags.Path | OpenFlags.Directory, 0));
    }

    /// <summary>0, or -EACCES where the grant is for reading.</summary>
    public long MayWrite(string path)
    {
        var root = Find(path, writes: true, out _);
        return root < 0 ? root : 0;
    }

    public void Dispose()
    {
        foreach (var root in _roots)
        {
            if (root >= 0)
            {
                HostFileCalls.Close(root);
            }
        }
    }

    /// <summary>The innermost grant that covers an absolute path: its open folder, or a negative errno.</summary>
    private long Find(string path, bool writes, out string rest)
    {
        rest = "";
        var wanted = Parts(path);
        var best = -1;
        var depth = -1;
        for (var i = 0; i < grants.Count; i++)
        {
            var granted = Parts(grants[i].Path);
            if (granted.Length > depth && wanted.AsSpan().StartsWith(granted))
            {
                (best, depth) = (i, granted.Length);
            }
        }

        if (best < 0)
        {
            return -Errno.NoEntry;
        }

        if (writes && !grants[best].Write)
        {
            return -Errno.Access;
        }

        return Root(best, wanted[depth..], out rest);
    }

    private long Root(int index, string[] below, out string rest)
    {
        var path = grants[index].Path;
        rest = below.Length == 0 ? "." : string.Join('/', below);
        var isFolder = Directory.Exists(path);
        if (!isFolder)
        {
            // One file is granted: only its own name, seen from its folder.
            if (below.Length > 0)
            {
                return -Errno.NotDirectory;
            }

            rest = Path.GetFileName(path);
        }

        if (_roots[index] < 0)
        {
            var root = HostFileCalls.Open(isFolder ? path : Path.GetDirectoryName(path) ?? "/", OpenFlags.Path | OpenFlags.Directory);
            if (root < 0)
            {
                return root;
            }

            _roots[index] = (int)root;
        }

        return _roots[index];
    }

    /// <summary>EXDEV is how openat2 says that a path leads out of the folder.</summary>
    private static long Beneath(long opened) => opened == -Errno.CrossDevice ? -Errno.Access : opened;

    private static string[] Parts(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];
}
