using System.ComponentModel;
using System.Diagnostics;

namespace Muk.Build.Tasks.Tools;

/// <summary>What a tool said and how it ended.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>One run of a tool.</summary>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">As the program gets them.</param>
/// <param name="Folder">Where it runs.</param>
/// <param name="Environment">Variables to set beside the inherited ones; null takes one away.</param>
public sealed record ToolRun(
    string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string?>? Environment = null)
{
    /// <summary>As a shell would take it.</summary>
    public string CommandLine => string.Join(' ', Arguments.Prepend(Program).Select(Quote));

    /// <summary>Runs it to its end, or ends it when <paramref name="cancel"/> is.</summary>
    /// <exception cref="ToolException">It cannot be started.</exception>
    public async Task<ToolResult> RunAsync(CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Program, Arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Diagnostics are read by programs, and file names in them must not depend on the user's language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in Environment ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(name);
                continue;
            }

            start.Environment[name] = value;
        }

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new ToolException($"{start.FileName} did not start");
        }
        catch (Win32Exception failure)
        {
            throw new ToolException($"{start.FileName} cannot be started: {failure.Message}");
        }
    }

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_=+./,:@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>A tool cannot be found or started; the message names it and what to install.</summary>
public sealed class ToolException(string message) : Exception(message);
