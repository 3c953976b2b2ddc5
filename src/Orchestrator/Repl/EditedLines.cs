using RadLine;

namespace Muk.Orchestrator.Repl;

/// <summary>Lines typed at a terminal, with editing, completion and a history that outlives the session.</summary>
public sealed class EditedLines : ILineSource
{
    private readonly LineEditor _editor;
    private readonly HistoryFile _history;
    private bool _dropped;

    public EditedLines(Completion completion, HistoryFile history)
    {
        _history = history;
        _editor = new LineEditor
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

    public async Task<string?> NextAsync(CancellationToken cancellation)
    {
        _dropped = false;
        Console.TreatControlCAsInput = true; // While a line is typed it is a key; while a pipeline runs it is a signal.
        var line = await _editor.ReadLine(cancellation);
        Console.TreatControlCAsInput = false;
        if (_dropped)
        {
            return "";
        }

        if (!string.IsNullOrWhiteSpace(line))
        {
            _editor.History.Add(line);
            _history.TryAdd(line);
        }

        return line;
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
