namespace Muk.Orchestrator.Cli.Processes;

/// <summary>A temporary folder for a program that does not clear up after itself: it goes with all that is in it. The SDK leaves
/// two empty folders behind for each build.</summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muk-");

    /// <summary>What makes a program use it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["TMPDIR"] = _folder.FullName };

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Something is just being written there. What is left is small, and the host's to remove.
        }
    }
}
