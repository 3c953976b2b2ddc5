using System.Globalization;
using System.Text;

namespace Muk.Build.Tasks.Images;

/// <summary>What an image was made from when it was made, kept beside it, so that the next build can tell that nothing changed.</summary>
/// <remarks>A file counts as unchanged when its size and time are; where only the time differs, its content decides.
/// A file that changed while it was being compiled is recorded with time 0, and so decided by content next time.</remarks>
public sealed class InputState
{
    private const string Format = "muk-state 1";

    private readonly List<Entry> _entries = [];
    private readonly string _fingerprint;

    private InputState(string fingerprint) => _fingerprint = fingerprint;

    private sealed record Entry(long Bytes, long Ticks, string Hash, string Path);

    /// <summary>Records outputs and inputs as they are now.</summary>
    /// <param name="fingerprint">Everything else that decides what comes out: flags, tools, rules.</param>
    /// <param name="files">Outputs and inputs, absolute.</param>
    /// <param name="started">When the build of the image began, UTC: what is younger may have been read half.</param>
    /// <param name="outputs">Which of the files are outputs, and may be younger.</param>
    public static InputState Record(string fingerprint, IEnumerable<string> files, DateTime started, IReadOnlySet<string> outputs)
    {
        var state = new InputState(fingerprint);
        foreach (var path in files)
        {
            var file = new FileInfo(path);
            var ticks = file.LastWriteTimeUtc >= started && !outputs.Contains(path) ? 0 : file.LastWriteTimeUtc.Ticks;
            state._entries.Add(new(file.Length, ticks, Fingerprints.OfFile(path), path));
        }

        return state;
    }

    /// <summary>Content hashes by path, as recorded.</summary>
    public IEnumerable<(string Path, string Hash)> Hashes => _entries.Select(e => (e.Path, e.Hash));

    /// <summary>What has changed since <paramref name="stateFile"/> was written, for people; null for nothing.</summary>
    public static string? Staleness(string stateFile, string fingerprint)
    {
        if (!File.Exists(stateFile) || TryParse(File.ReadAllLines(stateFile)) is not { } state)
        {
            return "it has not been built yet";
        }

        if (state._fingerprint != fingerprint)
        {
            return "flags, tools, rules or the list of files have changed";
        }

        var touched = false;
        foreach (var entry in state._entries)
        {
            var file = new FileInfo(entry.Path);
            if (!file.Exists)
            {
                return $"{entry.Path} is gone";
            }

            var sameTime = file.LastWriteTimeUtc.Ticks == entry.Ticks;
            if (file.Length != entry.Bytes || (!sameTime && Fingerprints.OfFile(entry.Path) != entry.Hash))
            {
                return $"{entry.Path} has changed";
            }

            touched |= !sameTime;
        }

        if (touched)
        {
            Record(fingerprint, state._entries.Select(e => e.Path), DateTime.MaxValue, new HashSet<string>()).Save(stateFile);
        }

        return null;
    }

    /// <summary>Writes it to <paramref name="stateFile"/>.</summary>
    public void Save(string stateFile)
    {
        var text = new StringBuilder().Append(Format).Append('\n').Append(_fingerprint).Append('\n');
        foreach (var entry in _entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Bytes} {entry.Ticks} {entry.Hash} {entry.Path}\n");
        }

        File.WriteAllText(stateFile, text.ToString());
    }

    private static InputState? TryParse(string[] lines)
    {
        if (lines.Length < 3 || lines[0] != Format)
        {
            return null;
        }

        var state = new InputState(lines[1]);
        foreach (var line in lines.Skip(2))
        {
            var parts = line.Split(' ', 4);
            if (parts.Length != 4 || !long.TryParse(parts[0], out var bytes) || !long.TryParse(parts[1], out var ticks))
            {
                return null;
            }

            state._entries.Add(new(bytes, ticks, parts[2], parts[3]));
        }

        return state;
    }
}
