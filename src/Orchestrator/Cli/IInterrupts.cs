namespace Muk.Orchestrator.Cli;

/// <summary>Takes Ctrl-C in the place of a verb's cancellation.</summary>
public interface IInterrupts
{
    /// <summary>Ctrl-C was pressed. Any thread, also that of a signal: it may not block.</summary>
    void Interrupt();
}
