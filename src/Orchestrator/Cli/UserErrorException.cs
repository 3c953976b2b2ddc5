namespace Muk.Orchestrator.Cli;

/// <summary>Something the user can put right. Shown as one line, <c>muk: what, where, what to do next</c>, without a trace.</summary>
/// <param name="message">The line, without the prefix.</param>
/// <param name="status">What to exit with, of <see cref="ExitStatus"/>.</param>
public sealed class UserErrorException(string message, int status) : Exception(message)
{
    /// <summary>What to exit with.</summary>
    public int Status { get; } = status;

    /// <summary>A wrong command line.</summary>
    public static UserErrorException Usage(string message) => new(message, ExitStatus.Usage);
}
