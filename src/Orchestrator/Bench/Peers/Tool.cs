using System.Diagnostics;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench.Peers;

/// <summary>Runs a tool of the build to its end.</summary>
public static class Tool
{
    /// <param name="environment">Variables to add.</param>
    /// <returns>What it said.</returns>
    /// <exception cref="UserErrorException">It is not there, or it refused; the message has what it said.</exception>
    public static string Run(string tool, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(tool, arguments, environment ?? new Dictionary<string, string>());
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new UserErrorException($"{tool} {string.Join(' ', arguments)} failed: {text}", ExitStatus.Failed);
        }

        return text;
    }

    private static Process Start(string tool, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)
                ?? throw new UserErrorException($"{tool} did not start", ExitStatus.NotFound);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new UserErrorException($"{tool} cannot be started: {problem.Message}", ExitStatus.NotFound);
        }
    }
}
