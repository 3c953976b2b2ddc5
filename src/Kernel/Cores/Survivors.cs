using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Cores;

/// <summary>Core kernels whose node is dead.</summary>
public static class Survivors
{
    /// <summary>Kills the core kernels that serve a node's folder.</summary>
    /// <remarks>A process is held by a descriptor before its command line is looked at, and killed through it, so that a pid
    /// used again in between cannot hit anybody else.</remarks>
    public static IReadOnlyList<int> End(string folder)
    {
        var ended = new List<int>();
        foreach (var path in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), out var pid) || pid == Environment.ProcessId || !IsCoreKernelOf(pid, folder))
            {
                continue;
            }

            try
            {
                using var process = GuestProcessCalls.OpenPid(pid);
                if (IsCoreKernelOf(pid, folder))
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

    /// <summary>Is this the command line of a core kernel that was started for the folder? Pure.</summary>
    public static bool IsCoreKernel(string commandLine, string folder)
    {
        var words = commandLine.Split('\0');
        var at = Array.IndexOf(words, "--node");
        return at > 0 && at + 1 < words.Length && words[at + 1] == folder
            && words[..at].Any(w => Path.GetFileName(w) is "muk-core" or "muk-core.dll");
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
