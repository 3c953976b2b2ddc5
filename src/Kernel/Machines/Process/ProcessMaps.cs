using System.Globalization;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>Reads /proc/pid/maps (proc_pid_maps(5)).</summary>
public static class ProcessMaps
{
    /// <summary>The rights of the memory at an address; null when nothing is mapped there, or nobody can tell.</summary>
    public static PageRights? RightsAt(int pid, ulong address)
    {
        try
        {
            return RightsAt(File.ReadLines($"/proc/{pid}/maps"), address);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;   // The process is gone.
        }
    }

    /// <summary>The same over the file's lines, such as "500000000000-500000001000 r-xp 00000000 00:01 9 /memfd:x". Pure.</summary>
    public static PageRights? RightsAt(IEnumerable<string> lines, ulong address)
    {
        foreach (var line in lines)
        {
            var dash = line.IndexOf('-', StringComparison.Ordinal);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (dash > 0 && space > dash && line.Length > space + 4
                && ulong.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
                && ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                    out var end)
                && address >= start && address < end)
            {
                return (line[space + 1] == 'r' ? PageRights.Read : 0)
                    | (line[space + 2] == 'w' ? PageRights.Write : 0)
                    | (line[space + 3] == 'x' ? PageRights.Execute : 0);
            }
        }

        return null;
    }
}
