namespace Muk.Orchestrator.Repl;

/// <summary>Lines of earlier sessions, kept where the XDG base directory specification puts a program's state.</summary>
public sealed class HistoryFile(string path)
{
    /// <summary>Most lines kept.</summary>
    public const int LinesMax = 1000;

    /// <summary>The user's own.</summary>
    public static HistoryFile OfUser()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return new(Path.Combine(state, "muk", "history"));
    }

    /// <summary>Oldest first; empty where there is no file.</summary>
    public IReadOnlyList<string> Read() => File.Exists(path) ? [.. File.ReadLines(path).TakeLast(LinesMax)] : [];

    /// <summary>Adds a line. A history that cannot be written is done without: it is no reason to end a session.</summary>
    /// <returns>Whether it was written.</returns>
    public bool TryAdd(string line)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var kept = Read();
            if (kept.Count < LinesMax)
            {
                File.AppendAllLines(path, [line]);
            }
            else
            {
                File.WriteAllLines(path, kept.Skip(LinesMax / 4).Append(line));
            }

            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
