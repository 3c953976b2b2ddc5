using RadLine;
using Spectre.Console;

namespace Muk.Orchestrator.Repl;

/// <summary>Lines typed at a terminal, with editing, completion and a history that outlives the session. Belongs to the session's
/// thread.</summary>
public sealed class EditedLines : ILineSource
{
    private readonly LineEditor _editor;
    private readonly HistoryFile _history;
    private readonly LineInterrupts _interrupts;
    private readonly LineKeys _keys;
    private CancellationToken _running;
    private bool _dropped;

    /// <param name="interrupts">Told of a Ctrl-C that arrives as a key and is meant for the line.</param>
    /// <param name="screen">Where lines are shown. It must bear being written to when its terminal has gone.</param>
    public EditedLines(
        IKeyboard keyboard, LineInterrupts interrupts, Completion completion, HistoryFile history, IAnsiConsole screen)
    {
        (_history, _interrupts, _keys) = (history, interrupts, new LineKeys(keyboard));
        _editor = new LineEditor(screen, _keys)
        {
            MultiLine = false,
            Prompt = new LineEditorPrompt("[bold]muk>[/]"),
            Completion = completion,
        };
        _editor.KeyBindings.Add(ConsoleKey.C, ConsoleModifiers.Control, () => new Drop(this));
        _editor.KeyBindings.Add(ConsoleKey.D, ConsoleModifiers.Control, () => new EndOrDelete());
        _editor.KeyBindings.Add(ConsoleKey.UpArrow, () => new PreviousHistoryCommand());
        _editor.KeyBindings.Add(ConsoleKey.DownArrow, () => new NextHistoryCommand());
        foreach (var line in history.Read())
        {
            _editor.History.Add(line);
        }
    }

    /// <inheritdoc/>
    public async Task<TypedLine?> NextAsync(CancellationToken cancellation)
    {
        if (_running.IsCancellationRequested)
        {
            _keys.Forget(); // A terminal that makes a signal of Ctrl-C forgets what was typed before it, and this is a part of it.
        }

        _interrupts.End();
        string? text;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        do
        {
            _dropped = false;
            _keys.Begin(reading); // While a line is typed Ctrl-C is a key; while it runs, a signal.
            text = await ReadLineAsync(reading.Token);
            cancellation.ThrowIfCancellationRequested(); // The editor may take it for an end of the lines.
            if (_keys.IsGone)
            {
                return null; // No more lines, and half a line is none.
            }
        }
        while (_dropped);

        var interruption = _interrupts.Begin(); // Before the change of modes: Ctrl-C is this line's already, whichever way it comes.
        _running = interruption;
        if (_keys.End())
        {
            _interrupts.Interrupt();
            _running = CancellationToken.None; // What is kept was typed after it.
        }

        if (!string.IsNullOrWhiteSpace(text))
        {
            _editor.History.Add(text);
            _history.TryAdd(text);
        }

        return text is null ? null : new(text, interruption);
    }

    private async Task<string?> ReadLineAsync(CancellationToken end)
    {
        try
        {
            return await _editor.ReadLine(end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ctrl-C: the line is forgotten and the next one begins.</summary>
    private sealed class Drop(EditedLines owner) : LineEditorCommand
    {
        public override void Execute(LineEditorContext context)
        {
            owner._dropped = true;
            context.Submit(SubmitAction.Cancel);
        }
    }

    /// <summary>Ctrl-D: the end at an empty line, else deletes the character under the cursor, as shells do.</summary>
    private sealed class EndOrDelete : LineEditorCommand
    {
        public override void Execute(LineEditorContext context)
        {
            if (context.Buffer.Length == 0)
            {
                context.Submit(SubmitAction.Cancel);
            }
            else
            {
                new DeleteCommand().Execute(context);
            }
        }
    }
}
