using System.Diagnostics;

namespace Muk.Tests.Tidy;

/// <summary>The checkout as the tests see it: its files, tracked or about to be, never what a build made.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, '/' between names, for the given endings.</summary>
    public static IReadOnlyList<string> Files(params string[] endings) =>
        [.. AllFiles.Value.Where(path => endings.Length == 0 || endings.Any(path.EndsWith))];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static readonly Lazy<string[]> AllFiles = new(() =>
        [.. Run("git", "ls-files", "--cached", "--others", "--exclude-standard").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => File.Exists(Path.Combine(Root, path)))
            .Order(StringComparer.Ordinal)]);

    /// <summary>Runs a program in the root.</summary>
    public static (int Status, string Output, string Errors) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Muk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("no Muk.sln above the test program: run it from a checkout");
    }
}
