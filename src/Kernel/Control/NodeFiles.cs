using System.Globalization;

namespace Muk.Kernel.Control;

/// <summary>Names of the files through which an orchestrator and its core kernels share a node's folder (ARCHITECTURE.md).</summary>
public static class NodeFiles
{
    public static string Control(string folder, int kernel) => Of(folder, kernel, "control");

    public static string Requests(string folder, int kernel) => Of(folder, kernel, "requests");

    public static string Events(string folder, int kernel) => Of(folder, kernel, "events");

    public static string Memory(string folder, int kernel) => Of(folder, kernel, "memory");

    /// <summary>Where kernels of this boot keep what KVM says of the processor: beside the nodes, in a folder that nobody else
    /// can write; null where there is none such.</summary>
    public static string? CpuidCache(string folder)
    {
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        try
        {
            return OperatingSystem.IsLinux() && Path.GetDirectoryName(Path.GetFullPath(folder)) is { } nodes
                && (File.GetUnixFileMode(nodes) & others) == 0
                ? Path.Combine(nodes, "cpuid-" + File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim())
                : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Of(string folder, int kernel, string what) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"kernel-{kernel}.{what}"));
}
