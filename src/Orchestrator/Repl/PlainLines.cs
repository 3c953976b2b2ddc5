using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Repl;

/// <summary>Lines of a file or a pipe: no prompt, no editing. A Ctrl-C ends the session, as it ends a shell's script.</summary>
public sealed class PlainLines(TextReader reader) : ILineSource
{
    /// <inheritdoc/>
    public async Task<TypedLine?> NextAsync(CancellationToken cancellation)
    {
        // A read cannot be called off, so one that waits when the session ends is left to wait.
        var line = await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellation);
        return line is null ? null : new(line, CancellationToken.None);
    }

    private string? ReadLine()
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It is not open for reading, say, as nohup leaves it.
            throw new UserErrorException($"standard input cannot be read: {problem.Message}", ExitStatus.HostRefused);
        }
    }
}
