using System.Globalization;
using Muk.Kernel.Control;

namespace Muk.Orchestrator.Cli;

/// <summary>Reads what a user lets stages have of the host: memory and files. Pure, but for looking whether a path is there.</summary>
public static class StageLimits
{
    /// <summary>Least and most that a stage's memory may be limited to.</summary>
    private const ulong MemoryBytesMin = 1UL << 20;
    private const ulong MemoryBytesMax = 16UL << 30;

    /// <summary>Most files and folders that can be granted.</summary>
    private const int GrantsMax = 64;

    /// <summary>Reads a size such as <c>64M</c>; K, M and G are powers of 1024, no letter is bytes.</summary>
    /// <exception cref="UserErrorException">It is none, or not between 1 MiB and 16 GiB.</exception>
    public static ulong ParseMemory(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        var digits = shift > 0 ? text[..^1] : text;
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= MemoryBytesMax >> shift && count << shift >= MemoryBytesMin
            ? count << shift
            : throw UserErrorException.Usage($"--memory {text} is no limit: write 1M to 16G, such as 64M");
    }

    /// <summary>Reads paths with commas between them, <c>:rw</c> after those that may be written.</summary>
    /// <exception cref="UserErrorException">A path is empty or not there, or there are too many.</exception>
    public static IReadOnlyList<FileGrant> ParseGrants(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var grants = text.Split(',').Select(Grant).ToArray();
        return grants.Length <= GrantsMax
            ? grants
            : throw UserErrorException.Usage(
                $"--grant names {grants.Length} paths, and at most {GrantsMax} can be: grant a folder above them");
    }

    private static FileGrant Grant(string word)
    {
        var writes = word.EndsWith(":rw", StringComparison.Ordinal);
        var path = writes ? word[..^3] : word.EndsWith(":ro", StringComparison.Ordinal) ? word[..^3] : word;
        if (path.Length == 0)
        {
            throw UserErrorException.Usage("--grant needs paths, such as --grant /srv/texts,out:rw");
        }

        var full = Path.GetFullPath(path);
        return Path.Exists(full)
            ? new FileGrant(full, writes)
            : throw new UserErrorException($"{path} cannot be granted: there is no such file or folder", ExitStatus.HostRefused);
    }
}
