using Microsoft.Win32.SafeHandles;

namespace Muk.Orchestrator.Cli;

/// <summary>Opens files that a user named.</summary>
public static class UserFiles
{
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static SafeFileHandle OpenToRead(string path) => Open(path, FileMode.Open, FileAccess.Read, "read");

    /// <summary>Makes the file, or empties it.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static SafeFileHandle OpenToWrite(string path) => Open(path, FileMode.Create, FileAccess.Write, "written");

    private static SafeFileHandle Open(string path, FileMode mode, FileAccess access, string done)
    {
        try
        {
            return File.OpenHandle(path, mode, access, FileShare.ReadWrite);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be {done}: {problem.Message}", ExitStatus.HostRefused);
        }
    }
}
