using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Cores.Interop;

/// <summary>flock: held by an open file, gone with the process, whatever way that ends.</summary>
internal static partial class FileLock
{
    private const int ReadWrite = 2;
    private const int CreateIt = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int NotFound = 2;
    private const int Denied = 13;
    private const int WouldBlock = 11;
    private const int ExclusiveNonBlocking = 6;
    private const int Exclusive = 2;
    private const int Folder = 0x10000;
    private const int Interrupted = 4;

    /// <summary>Opens the file, which is made when <paramref name="mode"/> is not 0, and locks it; null when somebody else has
    /// it, or it is somebody else's.</summary>
    public static SafeFileHandle? TryTake(string path, uint mode)
    {
        var descriptor = Open(path, ReadWrite | CloseOnExec | (mode == 0 ? 0 : CreateIt), mode);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() is NotFound or Denied && mode == 0
                ? null
                : throw HostException.Last($"open({path})", "the runtime folder must be writable; MUK_RUNTIME_DIR chooses another");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Lock(handle, ExclusiveNonBlocking) == 0)
        {
            return handle;
        }

        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return error == WouldBlock ? null : throw new HostException($"flock({path})", error, "");
    }

    /// <summary>Opens a folder and locks it, however long that takes; null when it cannot be opened.</summary>
    public static SafeFileHandle? WaitForFolder(string path)
    {
        var descriptor = Open(path, Folder | CloseOnExec, 0);
        if (descriptor < 0)
        {
            return null;
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Lock(handle, Exclusive) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                handle.Dispose();
                throw new HostException($"flock({path})", error, "");
            }
        }

        return handle;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
