using System.Xml;
using Muk.Orchestrator.Cli.Processes;

namespace Muk.Orchestrator.Cli.Testing;

/// <summary>A test project that has been built: an xunit.v3 program.</summary>
/// <param name="Name">The folder's name under <c>tests</c>.</param>
/// <param name="Assembly">The program's dll.</param>
public sealed record TestProgram(string Name, string Assembly)
{
    /// <summary>How long one program may take: what takes longer hangs.</summary>
    private static readonly TimeSpan _timeMax = TimeSpan.FromMinutes(30);

    // The one process that may stay: builds of C# sources start it, it serves the next ones, and ends by itself. Here it is ended at once.
    private const string CompilerServer = "VBCSCompiler ";

    private const int LeftShownMax = 20;

    // A build that stays for the next one would be something left behind.
    private static readonly Dictionary<string, string> _environment = new()
    {
        ["UseSharedCompilation"] = "false",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };

    /// <summary>Every test project of the repository, the quick ones that read the sources first.</summary>
    public static IReadOnlyList<TestProgram> All(string root) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(root, "tests"), "Muk.Tests.*.csproj", SearchOption.AllDirectories)
            .Where(IsTestProgram)
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
        limit.CancelAfter(_timeMax);
        using var ground = new TestGround();
        ChildEnd end;
        await using (var output = new StreamWriter(log))
        {
            try
            {
                end = await ChildProcess.RunAsync(
                    "dotnet", [Assembly, "-xml", xml, "-noColor"], root, output.WriteLine,
                    new Dictionary<string, string>(_environment.Concat(ground.Environment)), limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return TestResults.OfBroken(
                    Name, $"it ran longer than {_timeMax.TotalMinutes} minutes and was ended with all it had started; "
                    + $"what it printed: {log}");
            }
        }

        try
        {
            await using var file = File.OpenRead(xml);
            return Judged(TestResults.Read(file), end, ground.Left(), log);
        }
        catch (Exception problem) when (problem is FileNotFoundException or XmlException)
        {
            return TestResults.OfBroken(Name, $"it ended with status {end.Status} before its results were whole; what it printed: {log}");
        }
    }

    /// <summary>Adds what the results do not say: a program without tests, one that failed by itself, and one that left processes
    /// or files behind.</summary>
    private TestResults Judged(TestResults results, ChildEnd end, IReadOnlyList<string> files, string log)
    {
        List<string> wrong = [];
        if (results.Passed + results.Skipped.Count + results.Failures.Count == 0)
        {
            wrong.Add("it has no tests");
        }

        if (end.Status != 0 && results.Failures.Count == 0)
        {
            wrong.Add($"no test failed and yet it ended with status {end.Status}; what it printed: {log}");
        }

        var left = end.Left.Where(command => !command.StartsWith(CompilerServer, StringComparison.Ordinal)).ToArray();
        if (left.Length > 0)
        {
            wrong.Add($"it left processes behind, which were ended: {string.Join(", ", left)}");
        }

        if (files.Count > 0)
        {
            wrong.Add($"it left behind, beside its results: {string.Join(", ", files.Take(LeftShownMax))}");
        }

        return results with { Failures = [.. results.Failures, .. wrong.Select(reason => new FailedTest(Name, reason, ""))] };
    }

    /// <summary>Programs that are no test programs, such as a check for another host, are called otherwise than their projects.</summary>
    private static bool IsTestProgram(string project) =>
        File.ReadAllText(project).Contains($"<AssemblyName>{Path.GetFileNameWithoutExtension(project)}</AssemblyName>",
            StringComparison.Ordinal);
}
