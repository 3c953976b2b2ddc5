namespace Muk.Kernel.Cores;

/// <summary>The host's own files.</summary>
public sealed class HostFiles : IHostFiles
{
    public string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool TryWrite(string path, string text, out string refusal) => Try(
        () =>
        {
            // One write(2), nothing created, nothing truncated: what cgroup and /proc files want.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
        },
        out refusal);

    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)];
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public bool TryCreateFolder(string path, out string refusal) => Try(() => Directory.CreateDirectory(path), out refusal);

    public bool TryRemoveFolder(string path, out string refusal) => Try(
        () =>
        {
            if (Directory.Exists(path))
            {
                Interop.Folders.Remove(path);
            }
        },
        out refusal);

    public bool FolderExists(string path) => Directory.Exists(path);

    public IDisposable? LockFolder(string path) => Interop.FileLock.WaitForFolder(path);

    private static bool Try(Action action, out string refusal)
    {
        try
        {
            action();
            refusal = "";
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or Channel.Interop.HostException)
        {
            refusal = refused.Message;
            return false;
        }
    }
}
