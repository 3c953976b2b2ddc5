using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muk.Channel.Interop;

/// <summary>May a mapping of a shared-memory file be written?</summary>
public enum FileRights
{
    Read,
    ReadWrite,
}

/// <summary>A named file whose pages processes share. Any thread.</summary>
public sealed partial class SharedMemoryFile : IDisposable
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create_ = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;

    private SharedMemoryFile(string path, SafeFileHandle handle, FileRights rights)
    {
        Path = path;
        Handle = handle;
        Rights = rights;
    }

    public string Path { get; }

    public SafeFileHandle Handle { get; }

    public FileRights Rights { get; }

    /// <summary>Size in bytes now.</summary>
    public long Bytes => RandomAccess.GetLength(Handle);

    /// <summary>Makes a new file of <paramref name="bytes"/> zero bytes, readable and writable by its owner only. It takes
    /// memory where it is touched or <see cref="Reserve"/>d.</summary>
    /// <exception cref="HostException">It exists, or cannot be made.</exception>
    public static SharedMemoryFile Create(string path, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var descriptor = Open(path, ReadWrite | Create_ | Exclusive | CloseOnExec, 0x180);
        if (descriptor < 0)
        {
            throw HostException.Last($"open({path}, O_CREAT|O_EXCL)", "the folder must exist and be writable, the file must not exist");
        }

        var file = new SharedMemoryFile(path, new SafeFileHandle(descriptor, ownsHandle: true), FileRights.ReadWrite);
        if (Truncate(file.Handle, bytes) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            file.Dispose();
            File.Delete(path);
            throw new HostException($"ftruncate({path}, {bytes})", error, "the folder must lie on a tmpfs with room");
        }

        return file;
    }

    /// <summary>The same, where the host lets us on a file system that gives 2 MiB pages to ranges that prefer them; the name
    /// is then a symbolic link to our descriptor, and leads nowhere once we are gone.</summary>
    /// <exception cref="HostException">It exists, or cannot be made.</exception>
    public static SharedMemoryFile CreatePreferringHugePages(string path, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (HugeTmpfs.TryCreateFile(bytes) is not { } handle)
        {
            return Create(path, bytes);
        }

        if (Link(HugeTmpfs.PathOf(handle), path) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new HostException($"symlink({path})", error, "the folder must exist and be writable, the file must not exist");
        }

        return new SharedMemoryFile(path, handle, FileRights.ReadWrite);
    }

    /// <summary>Opens an existing file.</summary>
    /// <exception cref="HostException">It is not there, or may not be opened so.</exception>
    public static SharedMemoryFile Open(string path, FileRights rights)
    {
        var descriptor = Open(path, (rights == FileRights.Read ? ReadOnly : ReadWrite) | CloseOnExec, 0);
        return descriptor >= 0
            ? new SharedMemoryFile(path, new SafeFileHandle(descriptor, ownsHandle: true), rights)
            : throw HostException.Last($"open({path})", "whoever shares it must have created it and still be alive");
    }

    /// <summary>Takes the memory of a range now, so that a lack of it shows here and not as SIGBUS later.</summary>
    public void Reserve(long offset, long bytes)
    {
        if (Allocate(Handle, 0, offset, bytes) != 0)
        {
            throw HostException.Last($"fallocate({Path}, {offset}, {bytes})", "free memory, or give the tmpfs it lies on more room");
        }
    }

    public void Dispose() => Handle.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string target, string path);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(SafeFileHandle file, long bytes);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long bytes);
}
