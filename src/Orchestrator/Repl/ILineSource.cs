namespace Muk.Orchestrator.Repl;

/// <summary>Where a session's lines come from.</summary>
public interface ILineSource
{
    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="OperationCanceledException">The session is ended by a signal.</exception>
    Task<TypedLine?> NextAsync(CancellationToken cancellation);
}

/// <summary>A line of a session.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="Interruption">Cancelled by a Ctrl-C that is meant for this line, also one that came before anybody looked.</param>
public sealed record TypedLine(string Text, CancellationToken Interruption);
