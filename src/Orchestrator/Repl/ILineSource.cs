namespace Muk.Orchestrator.Repl;

/// <summary>Where a session's lines come from.</summary>
public interface ILineSource
{
    /// <summary>The next line; null at the end.</summary>
    Task<string?> NextAsync(CancellationToken cancellation);
}

/// <summary>Lines of a file or a pipe: no prompt, no editing.</summary>
public sealed class PlainLines(TextReader reader) : ILineSource
{
    public async Task<string?> NextAsync(CancellationToken cancellation) => await reader.ReadLineAsync(cancellation);
}
