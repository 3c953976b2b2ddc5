using System.Globalization;

namespace Muk.Kernel.Machines.Process;

/// <summary>How often Linux has ended a process because memory ran out. It tells nobody of whom, so a SIGKILL is laid to that only where
/// the count has gone up since.</summary>
internal static class OutOfMemoryKills
{
    private const string Name = "oom_kill ";

    /// <summary>The host's count, 0 where it keeps none.</summary>
    public static ulong Count()
    {
        try
        {
            return Parse(File.ReadAllText("/proc/vmstat"));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>From the text of /proc/vmstat.</summary>
    public static ulong Parse(ReadOnlySpan<char> text)
    {
        foreach (var line in text.EnumerateLines())
        {
            if (line.StartsWith(Name, StringComparison.Ordinal)
                && ulong.TryParse(line[Name.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return count;
            }
        }

        return 0;
    }
}
