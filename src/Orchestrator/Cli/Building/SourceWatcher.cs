using System.Threading.Channels;

namespace Muk.Orchestrator.Cli.Building;

/// <summary>Waits for changes under a folder of sources. One reader; the events come on threads of the runtime's.</summary>
public sealed class SourceWatcher : IDisposable
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(15);

    private readonly FileSystemWatcher _watcher;
    private readonly Channel<bool> _changes =
        System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Changes count from now on, so what is built after this and edited meanwhile is built again.</summary>
    /// <exception cref="UserErrorException">There is no such folder.</exception>
    public SourceWatcher(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException($"there is no folder {folder} to watch", ExitStatus.HostRefused);
        }

        _watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        _watcher.Changed += OnChange;
        _watcher.Created += OnChange;
        _watcher.Deleted += OnChange;
        _watcher.Renamed += OnChange;
        _watcher.Error += (_, _) => _changes.Writer.TryWrite(true); // Events were lost: look at everything.
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Comes back after a change, when nothing has changed any more for a moment: editors write in several steps.</summary>
    public async Task NextAsync(CancellationToken cancellation)
    {
        await _changes.Reader.ReadAsync(cancellation);
        do
        {
            await Task.Delay(_quiet, cancellation);
        }
        while (_changes.Reader.TryRead(out _));
    }

    public void Dispose() => _watcher.Dispose();

    private void OnChange(object sender, FileSystemEventArgs change) => _changes.Writer.TryWrite(true);
}
