using System.Diagnostics;
using System.Text;

namespace Muk.Tests.EndToEnd;

/// <summary>Drives <c>./muk</c> as a user does: a command line, standard input, an environment.</summary>
internal static class Launcher
{
    /// <summary>A run that takes longer is stuck. Far more than a slow and busy host needs: only a failure waits for it.</summary>
    public static TimeSpan TimeMax { get; } = TimeSpan.FromMinutes(3);

    public static string Root { get; } = FindRoot();

    /// <summary>Runs <c>./muk</c> to its end.</summary>
    public static Task<Outcome> MukAsync(
        IEnumerable<string> words, Sandbox? sandbox = null, string input = "", params (string, string)[] environment) =>
        RunAsync(Path.Combine(Root, "muk"), words, sandbox, input, environment);

    /// <summary>Runs a program in the root of the repository to its end.</summary>
    public static Task<Outcome> RunAsync(
        string program, IEnumerable<string> words, Sandbox? sandbox = null, string input = "",
        params (string Name, string Value)[] environment) =>
        RunAsync(TimeMax, program, words, sandbox, input, environment);

    /// <summary>The same for one that may take longer than others.</summary>
    public static async Task<Outcome> RunAsync(
        TimeSpan timeMax, string program, IEnumerable<string> words, Sandbox? sandbox, string input,
        params (string Name, string Value)[] environment)
    {
        using var process = Start(program, words, sandbox, environment);
        using var limit = new CancellationTokenSource(timeMax);
        var output = ReadAsync(process.StandardOutput, limit.Token);
        var errors = ReadAsync(process.StandardError, limit.Token);
        try
        {
            await FeedAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{Path.GetFileName(program)} {string.Join(' ', words)} had not ended after {timeMax.TotalSeconds} s");
        }
    }

    /// <summary>Starts a program and does not wait.</summary>
    public static Process Start(
        string program, IEnumerable<string> words, Sandbox? sandbox, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var (name, value) in (sandbox?.Environment ?? []).Concat(environment))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancellation) =>
        await from.ReadToEndAsync(cancellation);

    /// <summary>Hands the input over; a program may well end before it has read all of it.</summary>
    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException problem)
        {
            Trace.WriteLine($"{process.StartInfo.FileName} did not read its input: {problem.Message}");
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Muk.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"no Muk.sln above {AppContext.BaseDirectory}");
        }

        return folder.FullName;
    }
}

/// <summary>How a run of a program went.</summary>
internal sealed record Outcome(int Status, string Out, string Errors)
{
    /// <summary>It ended with this status, or the test fails and shows all it said.</summary>
    public Outcome Expect(int status)
    {
        Assert.True(Status == status, $"status {Status}, expected {status}\n--- output\n{Out}\n--- errors\n{Errors}");
        return this;
    }

    /// <summary>It failed with this status and said one line with these words in it, and nothing of our own insides.</summary>
    public Outcome ExpectMistake(int status, params string[] words)
    {
        Expect(status);
        var lines = Errors.Split('\n').Where(line => line.StartsWith("muk: ", StringComparison.Ordinal)).ToList();
        Assert.True(
            lines.Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal))),
            $"no line 'muk: …' has {string.Join(" and ", words.Select(word => $"'{word}'"))}:\n{Errors}");
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Errors, StringComparison.Ordinal);
        return this;
    }
}
