using System.Diagnostics;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Processes;
using Muk.Orchestrator.Cli.Testing;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk test [project…]</c>: builds every test project once and runs them one after another.</summary>
public sealed class TestVerb : IVerb
{
    public VerbSpec Spec { get; } = new(
        "test",
        "runs every test; the last line is 'N passed, N failed', with ', N skipped' where this host lacks something",
        "[project...]",
        64,
        [],
        ["A project is a folder of tests/, such as Channel or EndToEnd. "
            + "What a test program printed and its results lie in artifacts/tests."],
        [
            ("muk test", "everything"),
            ("muk test Tidy Channel", "just these two"),
            ("MUK_REQUIRE=kvm muk test", "a test that needs /dev/kvm fails instead of being skipped"),
        ]);

    public async Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var root = ImageFolders.Find().Root;
        var programs = Chosen(TestProgram.All(root), line.Arguments);
        var logs = Path.Combine(root, "artifacts", "tests");
        Directory.CreateDirectory(logs);
        var (passed, failed, skipped) = (0, 0, 0);
        if (!await BuildAsync(root, terminal, cancellation))
        {
            failed++; // Old builds would be run in place of what did not build: their results would say nothing.
        }
        else
        {
            foreach (var program in programs)
            {
                var started = Stopwatch.GetTimestamp();
                var results = await program.RunAsync(root, Path.Combine(logs, program.Name + ".log"), cancellation);
                Show(terminal, program.Name, results, Stopwatch.GetElapsedTime(started));
                passed += results.Passed;
                failed += results.Failures.Count;
                skipped += results.Skipped.Count;
            }
        }

        terminal.Out.WriteLine($"{passed} passed, {failed} failed" + (skipped > 0 ? $", {skipped} skipped" : ""));
        return failed == 0 && passed > 0 ? ExitStatus.Ok : ExitStatus.Failed;
    }

    private static IReadOnlyList<TestProgram> Chosen(IReadOnlyList<TestProgram> all, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => all.All(program => program.Name != name)) is { } unknown)
        {
            throw UserErrorException.Usage(
                $"there is no test project '{unknown}': there are {string.Join(", ", all.Select(program => program.Name))}");
        }

        return names.Count == 0 ? all : [.. all.Where(program => names.Contains(program.Name))];
    }

    private static async Task<bool> BuildAsync(string root, Terminal terminal, CancellationToken cancellation)
    {
        terminal.Say("building the tests");
        var report = new BuildReport();
        List<string> log = [];
        using var scratch = new ScratchFolder();
        var (status, _) = await ChildProcess.RunAsync(
            "dotnet",
            ["build", Path.Combine(root, "Muk.sln"), "-c", "Debug", "-nologo", "-v:quiet", "-nodeReuse:false"],
            root,
            line =>
            {
                log.Add(line);
                if (report.Take(line) is { IsError: true } found)
                {
                    UpToDate.Show(terminal, found);
                }
            },
            scratch.Environment,
            cancellation);
        if (status != 0 && !report.Diagnostics.Any(found => found.IsError))
        {
            terminal.Say($"the tests did not build (status {status}): {string.Join(" / ", log.TakeLast(3))}");
        }

        return status == 0;
    }

    private static void Show(Terminal terminal, string name, TestResults results, TimeSpan took)
    {
        var (output, style) = (terminal.Out, terminal.OutStyle);
        foreach (var failure in results.Failures)
        {
            output.WriteLine($"{style.Bad("FAILED")} {style.Strong(failure.Name)}");
            output.WriteLine($"  {failure.Message.ReplaceLineEndings("\n  ")}");
            if (failure.Trace.Length > 0)
            {
                output.WriteLine(style.Quiet($"  {failure.Trace.ReplaceLineEndings("\n  ")}"));
            }
        }

        foreach (var reason in results.Skipped.GroupBy(test => test.Reason))
        {
            output.WriteLine($"  {name}: {reason.Count()} skipped: {reason.Key}");
        }

        output.WriteLine($"  {name,-14} {results.Passed} passed, {results.Failures.Count} failed in {took.TotalSeconds:0.0} s");
    }
}
