namespace Muk.Orchestrator.Repl;

/// <summary>Lines of a file or a pipe: no prompt, no editing. A Ctrl-C ends the session, as it ends a shell's script.</summary>
public sealed class PlainLines(TextReader reader) : ILineSource
{
    /// <inheritdoc/>
    public async Task<TypedLine?> NextAsync(CancellationToken cancellation)
    {
        // A read cannot be called off, so one that waits when the session ends is left to wait.
        var line = await Task.Run(reader.ReadLine, CancellationToken.None).WaitAsync(cancellation);
        return line is null ? null : new(line, CancellationToken.None);
    }
}
