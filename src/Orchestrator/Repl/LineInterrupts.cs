using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Repl;

/// <summary>Gives every Ctrl-C of a session to the line in hand, from the moment it was read to the moment the next one is asked
/// for. Between the two there is nothing to end. Any thread.</summary>
/// <remarks>A Ctrl-C arrives as a signal or, while the terminal hands keys over one by one, as a key; both end up here, so that
/// none falls between reading a line and running it.</remarks>
public sealed class LineInterrupts : IInterrupts
{
    private readonly Lock _lock = new();
    private Func<Task>? _cancel;

    /// <summary>A line has been read: what comes from now on is for it.</summary>
    /// <returns>Cancelled by the first <see cref="Interrupt"/>.</returns>
    public CancellationToken Begin()
    {
        var line = new CancellationTokenSource(); // Without a timer it holds nothing to dispose of.
        lock (_lock)
        {
            _cancel = line.CancelAsync;
        }

        return line.Token;
    }

    /// <summary>The line is done with.</summary>
    public void End()
    {
        lock (_lock)
        {
            _cancel = null;
        }
    }

    /// <inheritdoc/>
    public void Interrupt()
    {
        lock (_lock)
        {
            _ = _cancel?.Invoke(); // Not on this thread: what comes of it may go on to the next line.
        }
    }
}
