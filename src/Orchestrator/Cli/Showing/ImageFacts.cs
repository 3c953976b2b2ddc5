using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Images in the shape that <c>--json</c> writes. Names here are a contract with other programs.</summary>
public static class ImageFacts
{
    /// <summary>What <c>muk ls</c> knows.</summary>
    public static object Short(ImageEntry image) => new
    {
        image.Name,
        image.Path,
        Bytes = image.FileBytes,
        Language = image.Manifest?.Language,
        Ports = image.Manifest?.Ports.Select(port => Port(image.Manifest, port)) ?? [],
        image.Problem,
    };

    /// <summary>What <c>muk inspect</c> knows.</summary>
    public static object Whole(ImageEntry image, Manifest manifest, ImageShape shape) => new
    {
        image.Name,
        image.Path,
        Bytes = image.FileBytes,
        manifest.Language,
        manifest.Doc,
        manifest.Abi,
        BuildHash = Convert.ToHexStringLower(manifest.BuildHash),
        manifest.MemoryBytes,
        manifest.StackBytes,
        Ports = manifest.Ports.Select(port => Port(manifest, port)),
        manifest.Types,
        shape.Segments,
        shape.Sections,
        shape.Parts,
    };

    private static object Port(Manifest manifest, Manifest.Port port) => new
    {
        port.Name,
        port.Direction,
        port.Kind,
        Type = port.Type < 0 ? null : manifest.Types[port.Type].Name,
        port.MessageBytes,
        port.MessageAlign,
        port.CapacityBytes,
        port.Copies,
        port.Doc,
    };
}
