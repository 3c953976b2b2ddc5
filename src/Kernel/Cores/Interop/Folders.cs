using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Cores.Interop;

/// <summary>rmdir alone: a cgroup's folder is "empty" to the kernel although files are listed in it, which
/// Directory.Delete would try to remove first.</summary>
internal static partial class Folders
{
    public static void Remove(string path)
    {
        if (RemoveFolder(path) != 0)
        {
            throw HostException.Last($"rmdir({path})", "tasks or groups are left in it");
        }
    }

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveFolder(string path);
}
