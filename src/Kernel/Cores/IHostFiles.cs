namespace Muk.Kernel.Cores;

/// <summary>The host's /proc, /sys and cgroup files, by absolute path. Tests put a tree of their own in its place.</summary>
public interface IHostFiles
{
    /// <summary>The file's text without white space around it; null when it is not there or may not be read.</summary>
    string? TryRead(string path);

    /// <summary>Writes a file that exists; false, with the host's reason, when it refuses.</summary>
    bool TryWrite(string path, string text, out string refusal);

    /// <summary>Names in a folder, in ordinal order; empty when it is not there.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Makes a folder; false, with the host's reason, when it refuses.</summary>
    bool TryCreateFolder(string path, out string refusal);

    /// <summary>Removes an empty folder (a cgroup without tasks); false when it is there and cannot be removed.</summary>
    bool TryRemoveFolder(string path, out string refusal);

    bool FolderExists(string path);

    /// <summary>Waits until nobody else holds the folder's lock, and holds it until disposed of. A folder that cannot be locked
    /// cannot be changed either: then nothing is held.</summary>
    IDisposable? LockFolder(string path);
}
