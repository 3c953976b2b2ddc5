namespace Muk.Orchestrator.Cli.Processes;

/// <summary>A folder for a program that does not clear up after itself: it goes with all that is in it. The SDK leaves two empty
/// folders behind for each build.</summary>
/// <param name="parent">Where it is made.</param>
public sealed class ScratchFolder(string parent) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"muk-{Guid.NewGuid():N}"));

    /// <summary>In the temporary folder.</summary>
    public ScratchFolder()
        : this(System.IO.Path.GetTempPath())
    {
    }

    public string Path => _folder.FullName;

    /// <summary>What makes a program use it for its temporary files.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["TMPDIR"] = Path };

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
