using RadLine;

namespace Muk.Orchestrator.Repl;

/// <summary>Lines typed at a terminal, with editing, completion and a history that outlives the session.</summary>
public sealed class EditedLines : ILineSource
{
    private readonly LineEditor _editor;
    private readonly HistoryFile _history;

    public EditedLines(Completion completion, HistoryFile history)
    {
        _history = history;
        _editor = new LineEditor
        {
            MultiLine = false,
            Prompt = new LineEditorPrompt("[bold]muk>[/]"),
            Completion = completion,
        };
        _editor.KeyBindings.Add(ConsoleKey.UpArrow, () => new PreviousHistoryCommand());
        _editor.KeyBindings.Add(ConsoleKey.DownArrow, () => new NextHistoryCommand());
        foreach (var line in history.Read())
        {
            _editor.History.Add(line);
        }
    }

    public async Task<string?> NextAsync(CancellationToken cancellation)
    {
        var line = await _editor.ReadLine(cancellation);
        if (!string.IsNullOrWhiteSpace(line))
        {
            _editor.History.Add(line);
            _history.TryAdd(line);
        }

        return line;
    }
}
