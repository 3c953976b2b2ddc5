namespace Muk.Orchestrator.Cli.Building;

/// <summary>Keeps two builds of the same images apart, in whichever processes they are.</summary>
public static class BuildLock
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock of a folder of intermediate files. Disposing of it gives it back, and so does the end of the
    /// process.</summary>
    /// <remarks>.NET takes an exclusive flock(2) for <see cref="FileShare.None"/>.</remarks>
    /// <exception cref="UserErrorException">The folder cannot be written.</exception>
    public static async Task<IDisposable> TakeAsync(string folder, CancellationToken cancellation)
    {
        var path = folder + ".lock"; // Beside it: cleaning up removes the folder.
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (UnauthorizedAccessException problem)
            {
                throw new UserErrorException($"images cannot be built: {problem.Message}", ExitStatus.HostRefused);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(_pause, cancellation); // Another muk builds.
            }
        }
    }
}
