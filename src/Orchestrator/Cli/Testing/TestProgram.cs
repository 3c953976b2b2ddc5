using System.Xml;
using Muk.Orchestrator.Cli.Processes;

namespace Muk.Orchestrator.Cli.Testing;

/// <summary>A test project that has been built: an xunit.v3 program.</summary>
/// <param name="Name">The folder's name under <c>tests</c>.</param>
/// <param name="Assembly">The program's dll.</param>
public sealed record TestProgram(string Name, string Assembly)
{
    /// <summary>How long one program may take.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(10);

    /// <summary>Every test project of the repository, the quick ones that read the sources first.</summary>
    public static IReadOnlyList<TestProgram> All(string root) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(root, "tests"), "Muk.Tests.*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Select(project => new TestProgram(
                project["Muk.Tests.".Length..], Path.Combine(root, "artifacts", "bin", project, "debug", project + ".dll")))
            .OrderBy(program => program.Name switch { "Tidy" => 0, "EndToEnd" => 2, _ => 1 })
            .ThenBy(program => program.Name, StringComparer.Ordinal),
    ];

    /// <summary>Runs all its tests. What it prints goes to <paramref name="log"/>.</summary>
    public async Task<TestResults> RunAsync(string root, string log, CancellationToken cancellation)
    {
        if (!File.Exists(Assembly))
        {
            return TestResults.OfBroken(Name, $"{Assembly} was not built");
        }

        var xml = Path.ChangeExtension(log, ".xml");
        File.Delete(xml);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeMax);
        int status;
        await using (var output = new StreamWriter(log))
        {
            try
            {
                status = await ChildProcess.RunAsync(
                    "dotnet", [Assembly, "-xml", xml, "-noColor"], root, output.WriteLine, cancellation: limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return TestResults.OfBroken(Name, $"it ran longer than {TimeMax.TotalMinutes} minutes; what it printed: {log}");
            }
        }

        cancellation.ThrowIfCancellationRequested();
        try
        {
            await using var file = File.OpenRead(xml);
            var results = TestResults.Read(file);
            return status == 0 || results.Failures.Count > 0
                ? results
                : results with { Failures = [new(Name, $"no test failed and yet it ended with status {status}; what it printed: {log}", "")] };
        }
        catch (Exception problem) when (problem is FileNotFoundException or XmlException)
        {
            return TestResults.OfBroken(Name, $"it ended with status {status} before its results were whole; what it printed: {log}");
        }
    }
}
