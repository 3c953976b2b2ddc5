namespace Muk.Orchestrator.Cli;

/// <summary>One verb of the command line.</summary>
public interface IVerb
{
    VerbSpec Spec { get; }

    /// <summary>Which signals cancel it; those left out are its own business.</summary>
    SignalScope Signals => SignalScope.All;

    /// <summary>Does it. The result is the exit status.</summary>
    /// <exception cref="UserErrorException">What the user can put right.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C, after everything was put away.</exception>
    Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation);
}

/// <summary>Which signals end a verb through its cancellation.</summary>
public enum SignalScope
{
    /// <summary>SIGINT, SIGTERM and SIGHUP.</summary>
    All = 0,

    /// <summary>SIGTERM and SIGHUP; Ctrl-C means something else to it.</summary>
    AllButInterrupt = 1,
}
