namespace Muk.Orchestrator.Cli;

/// <summary>One verb of the command line.</summary>
public interface IVerb
{
    VerbSpec Spec { get; }

    /// <summary>Who takes Ctrl-C; null where it cancels the verb, as SIGTERM and SIGHUP always do.</summary>
    IInterrupts? Interrupts => null;

    /// <summary>Does it. The result is the exit status.</summary>
    /// <exception cref="UserErrorException">What the user can put right.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C, after everything was put away.</exception>
    Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation);
}
