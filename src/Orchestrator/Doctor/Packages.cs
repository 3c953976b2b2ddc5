namespace Muk.Orchestrator.Doctor;

/// <summary>The Debian packages that <c>./muk</c> installs: <c>.ci/debian-packages</c>, with what dpkg says of each.</summary>
public static class Packages
{
    private const string Installed = "/var/lib/dpkg/info";

    /// <summary>Those of the set <c>base</c> that are not installed, each with its reason.</summary>
    public static IReadOnlyList<(string Name, string Reason)> Missing(string root) =>
    [
        .. File.ReadLines(Path.Combine(root, ".ci", "debian-packages"))
            .Select(line => line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["base", _, _] && !IsInstalled(words[1]))
            .Select(words => (words[1], words[2])),
    ];

    private static bool IsInstalled(string package) =>
        File.Exists($"{Installed}/{package}.md5sums") || File.Exists($"{Installed}/{package}:amd64.md5sums");
}
