using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Tests.Orchestrator.Pipelines;

/// <summary>Images that exist only as manifests.</summary>
internal sealed class TestImages : IImageSource
{
    private readonly Dictionary<string, ImageEntry> _all = [];

    public IReadOnlyList<string> Names => [.. _all.Keys];

    public string Place => "nowhere";

    public ImageEntry? Find(string name) => _all.GetValueOrDefault(name);

    public TestImages Add(string name, IReadOnlyList<Manifest.MessageType> types, params Manifest.Port[] ports)
    {
        var manifest = new Manifest { Name = name, BuildHash = new byte[32], Ports = ports, Types = types };
        _all[name] = new(name, $"/nowhere/{name}.muk", 1, manifest, null);
        return this;
    }

    public TestImages Add(string name, params Manifest.Port[] ports) => Add(name, [], ports);

    public TestImages AddBroken(string name, string problem)
    {
        _all[name] = new(name, $"/nowhere/{name}.muk", 1, null, problem);
        return this;
    }

    public static Manifest.Port In(string name, int type, uint bytes) => new(name, PortDirection.In, PortKind.Fixed, type, bytes);

    public static Manifest.Port Out(string name, int type, uint bytes) => new(name, PortDirection.Out, PortKind.Fixed, type, bytes);

    /// <summary>int32, double, float, and a struct of an int32 and whatever is asked for.</summary>
    public static IReadOnlyList<Manifest.MessageType> Sample(string name, string intName, string field, int type) =>
    [
        new(intName, MessageTypeKind.Signed, 4, 4),
        new("double", MessageTypeKind.Float, 8, 8),
        new("float", MessageTypeKind.Float, 4, 4),
        new(name, MessageTypeKind.Struct, 16, 8, Fields: [new("id", 0, 0), new(field, type, 8)]),
    ];
}
