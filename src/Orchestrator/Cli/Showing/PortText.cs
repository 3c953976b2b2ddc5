using Muk.Abi;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Ports in a few words.</summary>
public static class PortText
{
    /// <summary>How a port's messages come into the ring: <c>copied</c>, or <c>in place</c>; "" for an input.</summary>
    public static string Making(Manifest.Port port) => port.Direction == PortDirection.In ? "" : port.Copies ? "copied" : "in place";

    /// <summary><c>in &lt; bytes</c>, <c>samples &lt; struct sample (24 B)</c>, <c>out &gt; records to 4096 B</c>.</summary>
    public static string Of(Manifest manifest, Manifest.Port port) =>
        $"{port.Name} {(port.Direction == PortDirection.In ? "<" : ">")} {Type(manifest, port)}";

    /// <summary>All of them; a program that declares none has the three standard streams.</summary>
    public static string All(Manifest manifest) =>
        manifest.Ports.Count == 0 ? "in < bytes, out > bytes" : string.Join(", ", manifest.Ports.Select(port => Of(manifest, port)));

    private static string Type(Manifest manifest, Manifest.Port port) => port.Kind switch
    {
        PortKind.Fixed => $"{manifest.Types[port.Type].Name} ({port.MessageBytes} B)",
        PortKind.Records => $"records to {port.MessageBytes} B",
        _ => "bytes",
    };
}
