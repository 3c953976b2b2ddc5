using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>All that a program did: what it wrote, how it ended, and the files it left. Bytes are Latin-1 characters.</summary>
/// <param name="Status">Its exit status, 128 and the number of a signal that ended it.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Errors">Standard error, without what Muk says itself.</param>
/// <param name="Files">Path, rights and content of all that lies in its folder.</param>
internal sealed partial record Deed(int Status, string Out, string Errors, string Files)
{
    /// <summary>Everything in one text, so that two can be compared line by line.</summary>
    public override string ToString() =>
        $"{Out}\n--- standard error\n{Errors}\n--- status {Status}\n--- files\n{Files}";

    /// <summary>Runs a program natively.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="words">Its arguments.</param>
    /// <param name="input">A file for its standard input.</param>
    /// <param name="folder">Where its files are; null for none.</param>
    public static async Task<Deed> NativelyAsync(string program, IEnumerable<string> words, string input, string? folder)
    {
        var (status, output, errors) = await RunAsync(program, words, input, []);
        return new(status, output, errors, Listing(folder));
    }

    /// <summary>Runs an image on a machine.</summary>
    /// <param name="machine"><c>kvm</c> or <c>process</c>.</param>
    /// <param name="stage">Its name and arguments, as a pipeline writes them.</param>
    /// <param name="input">A file for its standard input.</param>
    /// <param name="grants">What it may open, as <c>--grant</c> has it; "" for nothing.</param>
    /// <param name="folder">Where its files are; null for none.</param>
    /// <param name="environment">What tells <c>./muk</c> where images are.</param>
    /// <param name="memory">Its limit, as <c>--memory</c> has it; "" for the image's own.</param>
    public static async Task<Deed> OnMachineAsync(
        string machine, string stage, string input, string grants, string? folder, IEnumerable<(string, string)> environment,
        string memory = "")
    {
        string[] words =
        [
            "run", stage, "--machine", machine, "--share-cores", "--timeout", "120s",
            .. grants.Length > 0 ? new[] { "--grant", grants } : [], .. memory.Length > 0 ? new[] { "--memory", memory } : [],
        ];
        var (status, output, errors) = await RunAsync(Path.Combine(Launcher.Root, "muk"), words, input, environment);
        return new(status, output, OwnErrors(stage.Split(' ')[0], errors), Listing(folder));
    }

    /// <summary>What the stage wrote itself: its lines have its name in front. The line that tells of a crash has so too, but begins with
    /// the signal's name.</summary>
    private static string OwnErrors(string name, string errors) => string.Concat(
        errors.Split('\n')
            .Where(line => line.StartsWith(name + ": ", StringComparison.Ordinal))
            .Select(line => line[(name.Length + 2)..])
            .Where(line => !Crash().IsMatch(line))
            .Select(line => line + "\n"));

    private static string Listing(string? folder) => folder is null ? "" : string.Concat(
        new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
            .Select(entry => $"{Path.GetRelativePath(folder, entry.FullName)} {Convert.ToString((int)entry.UnixFileMode, 8)}"
                + (entry is FileInfo file ? $" {Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName))}\n" : " folder\n")));

    private static async Task<(int Status, string Out, string Errors)> RunAsync(
        string program, IEnumerable<string> words, string input, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = Launcher.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1, StandardErrorEncoding = Encoding.Latin1,
        };
        foreach (var (name, value) in environment.Append(("LC_ALL", "C")).Append(("TZ", "UTC")))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Launcher.TimeMax);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await FeedAsync(process, input, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', words)} had not ended after {Launcher.TimeMax.TotalSeconds} s");
        }
    }

    private static async Task FeedAsync(Process process, string input, CancellationToken cancellation)
    {
        try
        {
            await using var from = File.OpenRead(input);
            await using var to = process.StandardInput.BaseStream;
            await from.CopyToAsync(to, cancellation);
        }
        catch (IOException problem)
        {
            Trace.WriteLine($"{process.StartInfo.FileName} did not read its input: {problem.Message}");
        }
    }

    [GeneratedRegex("^SIG[A-Z]+: ")]
    private static partial Regex Crash();
}
