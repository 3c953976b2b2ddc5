namespace Muk.Orchestrator.Nodes;

/// <summary>Finds the core kernel's program.</summary>
public static class KernelProgram
{
    /// <summary>Environment variable that names it.</summary>
    public const string Variable = "MUK_CORE";

    private const string Name = "muk-core";

    /// <summary>The program: <c>MUK_CORE</c> where set; else the one beside this program; else what the repository has built,
    /// the published (NativeAOT) one first.</summary>
    /// <exception cref="KernelException">There is none.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new KernelException($"{Variable} names {named}, which is not there");
        }

        var beside = Path.Combine(AppContext.BaseDirectory, Name);
        if (File.Exists(beside))
        {
            return beside;
        }

        var root = RepositoryRoot.Around(AppContext.BaseDirectory);
        return (root is null
            ? null
            : Newest(Path.Combine(root, "artifacts", "publish", Name)) ?? Newest(Path.Combine(root, "artifacts", "bin", Name)))
            ?? throw new KernelException($"there is no {Name}: build it (./muk build), or name it in {Variable}");
    }

    // artifacts/publish/muk-core/release_linux-x64/muk-core and the like: the one built last counts.
    private static string? Newest(string folder) => !Directory.Exists(folder) ? null : Directory.GetDirectories(folder)
        .Select(d => new FileInfo(Path.Combine(d, Name)))
        .Where(f => f.Exists)
        .MaxBy(f => f.LastWriteTimeUtc)?.FullName;
}
