using System.Globalization;
using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Cores;

/// <summary>Core kernels whose node is dead.</summary>
public static class Survivors
{
    private const int StartField = 20;

    /// <summary>Kills the core kernels that serve a node's folder.</summary>
    /// <remarks>A process is held by a descriptor before its command line is looked at, and killed through it, so that a pid
    /// used again in between cannot hit anybody else. Its start says that it is still the process
    /// whose command line was read.</remarks>
    public static IReadOnlyList<int> End(string folder)
    {
        var ended = new List<int>();
        foreach (var path in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), out var pid) || pid == Environment.ProcessId || StartOf(pid) is not { } start
                || !IsCoreKernelOf(pid, folder))
            {
                continue;
            }

            try
            {
                using var process = GuestProcessCalls.OpenPid(pid);
                if (IsCoreKernelOf(pid, folder) && StartOf(pid) == start)
                {
                    GuestProcessCalls.SendKill(process);
                    ended.Add(pid);
                }
            }
            catch (HostException gone) when (gone.Errno == 3)
            {
                continue;   // It ended by itself.
            }
        }

        return ended;
    }

    /// <summary>A process's start in clock ticks since boot, from the text of its stat file; null where it is none. Pure.</summary>
    public static ulong? StartTime(string stat)
    {
        // The name, in brackets, may hold anything; the start is the 20th field after it.
        ArgumentNullException.ThrowIfNull(stat);
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= StartField && ulong.TryParse(fields[StartField - 1], CultureInfo.InvariantCulture, out var ticks)
            ? ticks
            : null;
    }

    /// <summary>Is this the command line of a core kernel that was started for the folder? Pure.</summary>
    public static bool IsCoreKernel(string commandLine, string folder)
    {
        var words = commandLine.Split('\0');
        var at = Array.IndexOf(words, "--node");
        return at > 0 && at + 1 < words.Length && words[at + 1] == folder
            && words[..at].Any(w => Path.GetFileName(w) is "muk-core" or "muk-core.dll");
    }

    private static ulong? StartOf(int pid)
    {
        try
        {
            return StartTime(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;   // It has ended.
        }
    }

    private static bool IsCoreKernelOf(int pid, string folder)
    {
        try
        {
            return IsCoreKernel(File.ReadAllText($"/proc/{pid}/cmdline"), folder);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
