using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux.Files;

/// <summary>link and symlink in all their forms.</summary>
internal sealed class LinkCalls(Session session, GuestPaths paths, Grants grants)
{
    /// <summary>linkat: both names must lie where the guest may write, so that no file becomes writable by a second name.</summary>
    public long Link(int fromFolder, ulong fromAt, int toFolder, ulong toAt, ulong flags) => flags != 0 ? -Errno.Invalid
        : InParent(fromFolder, fromAt, (fromParent, from) => InParent(
            toFolder, toAt, (toParent, to) => HostLockCalls.Link(fromParent, from, toParent, to)));

    /// <summary>symlinkat(target, folder, path): any text will do for a target; it leads out of a grant for nobody here.</summary>
    public long LinkTo(ulong targetAt, int folder, ulong pathAt)
    {
        var error = session.Memory.ReadPath(targetAt, out var target);
        return error < 0 ? error
            : target.Length == 0 ? -Errno.NoEntry
            : InParent(folder, pathAt, (parent, name) => HostLockCalls.LinkTo(target, parent, name));
    }

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
