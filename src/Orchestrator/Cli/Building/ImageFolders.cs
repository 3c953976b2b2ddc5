using Muk.Orchestrator.Images;
using Muk.Orchestrator.Nodes;

namespace Muk.Orchestrator.Cli.Building;

/// <summary>Where sources come from and images go.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Sources">The folder of sources; <c>MUK_SOURCES</c> moves it.</param>
/// <param name="Images">The folder of images; <c>MUK_IMAGES</c> moves it.</param>
public sealed record ImageFolders(string Root, string Sources, string Images)
{
    /// <summary>Environment variable that names another folder of sources.</summary>
    public const string SourcesVariable = "MUK_SOURCES";

    /// <summary>Touched when every source has been built.</summary>
    public string Stamp => Path.Combine(Images, ".all-built");

    /// <summary>Reads them from the environment and the place of the program.</summary>
    public static ImageFolders Find()
    {
        var root = Environment.GetEnvironmentVariable("MUK_ROOT") is { Length: > 0 } told
            ? told
            : RepositoryRoot.Around(AppContext.BaseDirectory) ?? Environment.CurrentDirectory;
        var sources = Environment.GetEnvironmentVariable(SourcesVariable) is { Length: > 0 } moved
            ? Path.GetFullPath(moved)
            : Path.Combine(root, "muks");
        return new(root, sources, Path.GetFullPath(ImageCatalog.DefaultFolder()));
    }
}
