using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Muk.Kernel.Cores.Interop;

namespace Muk.Kernel.Cores;

/// <summary>The folder that holds everything a node shares with its core kernels, and the lock that says the node lives.</summary>
public sealed class NodeFolder : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode AnybodyMayAdd = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;

    private const string Default = "/dev/shm/muk";
    private const uint OwnerOnly = 0x180;
    private readonly SafeFileHandle _lock;

    private NodeFolder(string path, SafeFileHandle held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Where nodes keep their folders: MUK_RUNTIME_DIR, else /dev/shm/muk.</summary>
    public static string RuntimeFolder => Environment.GetEnvironmentVariable("MUK_RUNTIME_DIR") is { Length: > 0 } chosen ? chosen
        : Default;

    /// <summary>Whether that is where all of the host's nodes are that nobody has put elsewhere.</summary>
    public static bool IsDefault => RuntimeFolder == Default;

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public LeaseFile Lease => new(System.IO.Path.Combine(Path, "lease"));

    /// <summary>Makes a folder for this process, which only its user can enter, and locks it.</summary>
    public static NodeFolder Create(string runtimeFolder)
    {
        if (!Directory.Exists(runtimeFolder))
        {
            Make(runtimeFolder, AnybodyMayAdd);   // Other users have nodes too.
        }

        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var path = System.IO.Path.Combine(runtimeFolder, $"{Environment.ProcessId}-{random}");
        Make(path, Owner);
        var file = System.IO.Path.Combine(path, "lock");
        var held = FileLock.TryTake(file, OwnerOnly) ?? throw new InvalidOperationException($"a folder made just now is locked: {path}");
        RandomAccess.Write(held, System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"), 0);
        return new NodeFolder(path, held);
    }

    /// <summary>Clears away what dead nodes left: ends their core kernels, undoes their leases, removes their folders.</summary>
    /// <returns>One line for each thing done, and for each that could not be.</returns>
    public static IReadOnlyList<string> CleanDead(string runtimeFolder, IHostFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var done = new List<string>();
        if (!Directory.Exists(runtimeFolder))
        {
            return done;
        }

        foreach (var folder in Directory.GetDirectories(runtimeFolder))
        {
            // Only its own user's nodes can be opened; a folder without a lock is one that is being made or removed.
            using var held = FileLock.TryTake(System.IO.Path.Combine(folder, "lock"), 0);
            if (held is null)
            {
                continue;
            }

            done.AddRange(Survivors.End(folder).Select(pid => $"ended core kernel {pid} of the dead node {folder}"));
            var lease = new LeaseFile(System.IO.Path.Combine(folder, "lease"));
            done.AddRange(LeaseUndo.Run(files, lease));
            if (!File.Exists(lease.Path))
            {
                Directory.Delete(folder, recursive: true);
                done.Add($"removed the dead node {folder}");
            }
        }

        return done;
    }

    public void Dispose()
    {
        if (!File.Exists(Lease.Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        _lock.Dispose();
    }

    /// <summary>A folder with these rights, whatever the umask.</summary>
    private static void Make(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux())
        {
            Directory.CreateDirectory(path, mode & Owner);
            File.SetUnixFileMode(path, mode);
        }
    }
}
