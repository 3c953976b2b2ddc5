namespace Muk.Orchestrator.Cli.Building;

/// <summary>Keeps two builds of the same images apart, in whichever processes they are.</summary>
public static class BuildLock
{
    // What .NET makes of a lock that another process holds: an IOException with this errno (EWOULDBLOCK).
    private const int Held = 11;

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
            catch (IOException problem) when (problem.HResult == Held)
            {
                await Task.Delay(_pause, cancellation); // Another muk builds.
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"images cannot be built: {problem.Message}", ExitStatus.HostRefused);
            }
        }
    }
}
