using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muk.Channel.Interop;

/// <summary>Which file it is, whatever its name: as long as somebody has it open or mapped, no other file has the same.</summary>
/// <param name="Device">The file system's number; 0 for no file at all, together with <paramref name="Inode"/>.</param>
/// <param name="Inode">The file's number there.</param>
public readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    // struct stat of x86-64: st_dev, st_ino, and 128 bytes that are of no interest here.
    private const int StatWords = 18;

    /// <summary>The file that a path leads to now.</summary>
    /// <exception cref="HostException">It leads to none.</exception>
    public static FileIdentity Of(string path)
    {
        Span<ulong> facts = stackalloc ulong[StatWords];
        return Status(path, facts) == 0
            ? new(facts[0], facts[1])
            : throw HostException.Last($"stat({path})", "whoever shares it must have created it and still be alive");
    }

    /// <summary>The file that is open.</summary>
    public static FileIdentity Of(SharedMemoryFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Span<ulong> facts = stackalloc ulong[StatWords];
        return Status(file.Handle, facts) == 0 ? new(facts[0], facts[1]) : throw HostException.Last($"fstat({file.Path})", "");
    }

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(string path, Span<ulong> into);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int Status(SafeFileHandle file, Span<ulong> into);
}
