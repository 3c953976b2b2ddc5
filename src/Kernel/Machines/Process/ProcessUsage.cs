using System.Globalization;

namespace Muk.Kernel.Machines.Process;

/// <summary>Resident memory of a process, now and at most, in bytes: the image's and the rings' pages count as its own.</summary>
internal readonly record struct ProcessUsage(ulong Bytes, ulong BytesPeak)
{
    private const int Kibi = 1024;

    /// <summary>As /proc tells; null when the process is gone or has given up its memory.</summary>
    public static ProcessUsage? Of(int pid)
    {
        try
        {
            return Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // Also ESRCH, when it goes while it is read.
        }
    }

    /// <summary>From the text of /proc/pid/status.</summary>
    public static ProcessUsage? Parse(ReadOnlySpan<char> status)
    {
        ulong? now = null, peak = null;
        foreach (var line in status.EnumerateLines())
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
            {
                now = Amount(line[6..]);
            }
            else if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
            {
                peak = Amount(line[6..]);
            }
        }

        return now is { } bytes && peak is { } most ? new(bytes, most) : null;
    }

    private static ulong? Amount(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text.EndsWith(" kB", StringComparison.Ordinal)
            && ulong.TryParse(text[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var kibi) ? kibi * Kibi : null;
    }
}
