using System.Text.Json;

namespace Muk.Orchestrator.Running;

/// <summary>What was measured about <c>kvm</c> on this host, kept from one start to the next.</summary>
/// <param name="Key">Everything that the answer depends on.</param>
/// <param name="Usable">Whether a guest runs at native speed.</param>
/// <param name="Reason">What was found, one line for people.</param>
/// <param name="Measured">When; a file that does not say so is from long ago.</param>
public sealed record MachineFinding(string Key, bool Usable, string Reason, DateTimeOffset Measured = default);

/// <summary>The file that keeps a <see cref="MachineFinding"/>. A file that is not there, is broken, or was written for another
/// key is as good as none; one that cannot be written only costs the next start a measurement.</summary>
/// <param name="path">Of the file.</param>
public sealed class MachineCache(string path)
{
    private const long FileBytesMax = 64 * 1024;

    /// <summary><c>$XDG_CACHE_HOME/muk/machine.json</c>, or <c>~/.cache/muk/machine.json</c>.</summary>
    public static string DefaultPath()
    {
        // The base directory specification has relative values ignored.
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var folder = named is { Length: > 0 } && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(folder, "muk", "machine.json");
    }

    /// <summary>The finding for <paramref name="key"/>, null for none.</summary>
    public MachineFinding? Read(string key)
    {
        try
        {
            var file = new FileInfo(path);
            var finding = file.Exists && file.Length <= FileBytesMax
                ? JsonSerializer.Deserialize<MachineFinding>(File.ReadAllText(path), JsonSerializerOptions.Web)
                : null;
            return finding is { Key: not null, Reason: not null } && finding.Key == key ? finding : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a finding: a reader sees the old file or the new one, never a part.</summary>
    /// <returns>Whether it could be written.</returns>
    public bool TryWrite(MachineFinding finding)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var next = $"{path}.{Environment.ProcessId}";
            File.WriteAllText(next, JsonSerializer.Serialize(finding, JsonSerializerOptions.Web));
            File.Move(next, path, overwrite: true);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
