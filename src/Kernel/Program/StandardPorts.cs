using Muk.Abi;

namespace Muk.Kernel.Program;

/// <summary>Which of an image's ports are its standard streams: the byte ports in, out and err. A program that declares ports
/// has no byte ports but err, to which its standard output goes too.</summary>
internal readonly struct StandardPorts
{
    public StandardPorts(IReadOnlyList<Manifest.Port> ports)
    {
        Input = Find(ports, "in", PortDirection.In);
        Error = Find(ports, "err", PortDirection.Out);
        Output = Find(ports, "out", PortDirection.Out) is var own and not BootBlock.None ? own : Error;
    }

    public uint Input { get; }

    public uint Output { get; }

    public uint Error { get; }

    public bool Has(int port) => (uint)port == Input || (uint)port == Output || (uint)port == Error;

    private static uint Find(IReadOnlyList<Manifest.Port> ports, string name, PortDirection direction)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].Kind == PortKind.Bytes && ports[i].Direction == direction && ports[i].Name == name)
            {
                return (uint)i;
            }
        }

        return BootBlock.None;
    }
}
