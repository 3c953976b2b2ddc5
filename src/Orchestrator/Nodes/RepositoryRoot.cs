namespace Muk.Orchestrator.Nodes;

/// <summary>Finds the repository that a folder belongs to.</summary>
public static class RepositoryRoot
{
    private const string Mark = "Muk.sln";

    /// <summary>The nearest folder from <paramref name="folder"/> upwards that has <c>Muk.sln</c>; null for none.</summary>
    public static string? Around(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Mark)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
