using System.Globalization;

namespace Muk.Kernel.Control;

/// <summary>Names of the files through which an orchestrator and its core kernels share a node's folder (ARCHITECTURE.md).</summary>
public static class NodeFiles
{
    public static string Control(string folder, int kernel) => Of(folder, kernel, "control");

    public static string Requests(string folder, int kernel) => Of(folder, kernel, "requests");

    public static string Events(string folder, int kernel) => Of(folder, kernel, "events");

    public static string Memory(string folder, int kernel) => Of(folder, kernel, "memory");

    private static string Of(string folder, int kernel, string what) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"kernel-{kernel}.{what}"));
}
