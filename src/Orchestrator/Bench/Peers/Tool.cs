using System.Diagnostics;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench.Peers;

/// <summary>Runs a tool of the build to its end.</summary>
public static class Tool
{
    /// <exception cref="UserErrorException">It is not there, or it refused; the message has what it said.</exception>
    public static void Run(string tool, IReadOnlyList<string> arguments)
    {
        using var process = Start(tool, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new UserErrorException($"{tool} {string.Join(' ', arguments)} failed: {text}", ExitStatus.Failed);
        }
    }

    private static Process Start(string tool, IReadOnlyList<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
                ?? throw new UserErrorException($"{tool} did not start", ExitStatus.NotFound);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new UserErrorException($"{tool} cannot be started: {problem.Message}", ExitStatus.NotFound);
        }
    }
}
