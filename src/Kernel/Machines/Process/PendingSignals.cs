using System.Globalization;

namespace Muk.Kernel.Machines.Process;

/// <summary>Does a signal wait for a thread, to interrupt the call that it is in?</summary>
internal enum PendingSignal
{
    None,

    /// <summary>One for the whole process, which this thread may take and another may as well.</summary>
    Shared,

    /// <summary>One for this thread, or one that only it can take.</summary>
    Own,
}

/// <summary>Linux does not wake a thread whose call is being served (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV), so that none is served
/// twice; a call that waits has to be ended by whoever serves it. /proc says when.</summary>
internal static class PendingSignals
{
    /// <summary>As /proc/tid/status tells (proc_pid_status(5)).</summary>
    public static PendingSignal Of(int thread)
    {
        try
        {
            return Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/status")));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return PendingSignal.None;
        }
    }

    /// <summary>From the text of /proc/tid/status. Signals that are blocked, or ignored, interrupt nothing.</summary>
    public static PendingSignal Parse(ReadOnlySpan<char> status)
    {
        ulong own = 0, shared = 0, blocked = 0, ignored = 0, caught = 0;
        foreach (var line in status.EnumerateLines())
        {
            if (line.StartsWith("SigPnd:", StringComparison.Ordinal))
            {
                own = Mask(line);
            }
            else if (line.StartsWith("ShdPnd:", StringComparison.Ordinal))
            {
                shared = Mask(line);
            }
            else if (line.StartsWith("SigBlk:", StringComparison.Ordinal))
            {
                blocked = Mask(line);
            }
            else if (line.StartsWith("SigIgn:", StringComparison.Ordinal))
            {
                ignored = Mask(line);
            }
            else if (line.StartsWith("SigCgt:", StringComparison.Ordinal))
            {
                caught = Mask(line);
            }
        }

        // What is not caught ends the process, and that Linux does by itself, or is nothing to anybody.
        var counts = caught & ~blocked & ~ignored;
        return (own & counts) != 0 ? PendingSignal.Own : (shared & counts) != 0 ? PendingSignal.Shared : PendingSignal.None;
    }

    private static ulong Mask(ReadOnlySpan<char> line) =>
        ulong.TryParse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask) ? mask : 0;
}
