using Medallion.Shell;

namespace Muk.Orchestrator.Cli.Processes;

/// <summary>Runs other programs and hands their output over line by line. The only file that knows MedallionShell.</summary>
/// <remarks>A program gets a session of its own, so that all it starts can be ended with it.</remarks>
public static class ChildProcess
{
    /// <summary>Runs a program to its end, its standard input empty.</summary>
    /// <param name="program">Found on PATH.</param>
    /// <param name="arguments">Each one argument, nothing is expanded.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="line">Told every line of its output and its errors as they come, by one thread at a time.</param>
    /// <param name="environment">Variables beside this process' own.</param>
    /// <param name="cancellation">Ends it and all that it has started.</param>
    /// <returns>Its exit status, and what of its session still ran when it had ended: that has been ended as well.</returns>
    /// <exception cref="UserErrorException">There is no such program.</exception>
    /// <exception cref="OperationCanceledException">It was ended by <paramref name="cancellation"/>.</exception>
    public static async Task<ChildEnd> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        Action<string> line,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        if (!OnPath(program))
        {
            throw new UserErrorException(
                $"there is no {program} on PATH: is it installed? ./muk doctor lists what is needed", ExitStatus.NotFound);
        }

        cancellation.ThrowIfCancellationRequested();
        using var command = Command.Run("setsid", [program, .. arguments], options => options
            .WorkingDirectory(folder)
            .EnvironmentVariables(environment ?? new Dictionary<string, string>())
            .DisposeOnExit(false));
        var session = new ProcessSession(command.ProcessId);
        using var ending = cancellation.Register(session.Kill);
        command.StandardInput.Close();
        var reading = Task.Run(
            () =>
            {
                foreach (var text in command.GetOutputAndErrorLines())
                {
                    line(text);
                }
            },
            CancellationToken.None);
        await command.Process.WaitForExitAsync(CancellationToken.None);
        var left = session.Members();
        session.Kill(); // Whoever is left holds the output open, and nobody would ever end it.
        await reading;
        cancellation.ThrowIfCancellationRequested();
        return new(command.Process.ExitCode, left);
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>How a program ended.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Left">Commands of the processes it had started and not ended.</param>
public readonly record struct ChildEnd(int Status, IReadOnlyList<string> Left);
