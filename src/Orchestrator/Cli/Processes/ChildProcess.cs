using Medallion.Shell;

namespace Muk.Orchestrator.Cli.Processes;

/// <summary>Runs other programs and hands their output over line by line. The only file that knows MedallionShell.</summary>
public static class ChildProcess
{
    /// <summary>Runs a program to its end, its standard input empty.</summary>
    /// <param name="program">Found on PATH.</param>
    /// <param name="arguments">Each one argument, nothing is expanded.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="line">Told every line of its output and its errors as they come.</param>
    /// <param name="environment">Variables beside this process' own.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <returns>Its exit status.</returns>
    /// <exception cref="UserErrorException">There is no such program.</exception>
    public static async Task<int> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string folder,
        Action<string> line,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        Command command;
        try
        {
            command = Command.Run(program, arguments, options => options
                .WorkingDirectory(folder)
                .EnvironmentVariables(environment ?? new Dictionary<string, string>())
                .CancellationToken(cancellation));
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or ErrorExitCodeException)
        {
            throw new UserErrorException(
                $"{program} could not be started ({problem.Message}): is it installed? ./muk doctor lists what is needed",
                ExitStatus.NotFound);
        }

        using (command)
        {
            command.StandardInput.Close();
            foreach (var text in command.GetOutputAndErrorLines())
            {
                line(text);
            }

            var result = await command.Task;
            return result.ExitCode;
        }
    }
}
