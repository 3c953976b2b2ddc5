using Muk.Abi;

namespace Muk.Orchestrator.Pipelines;

/// <summary>A program's ports, with those that it has without declaring them.</summary>
/// <remarks>A program that declares none has the byte ports <c>in</c>, <c>out</c> and <c>err</c>, its three standard streams;
/// one that declares any has those and <c>err</c>.</remarks>
public static class PortTable
{
    /// <summary>Standard input of a program that declares no ports.</summary>
    public const string In = "in";

    /// <summary>Standard output of a program that declares no ports.</summary>
    public const string Out = "out";

    /// <summary>Standard error, of every program.</summary>
    public const string Err = "err";

    /// <summary>Largest record of a byte port that does not say.</summary>
    public const uint RecordBytesDefault = 64 * 1024;

    /// <summary>Every port of the program, <c>err</c> included.</summary>
    public static IReadOnlyList<Manifest.Port> Of(Manifest manifest)
    {
        var ports = new List<Manifest.Port>(manifest.Ports);
        if (ports.TrueForAll(p => p.Name == Err))
        {
            ports.Add(Bytes(In, PortDirection.In));
            ports.Add(Bytes(Out, PortDirection.Out));
        }

        if (ports.TrueForAll(p => p.Name != Err))
        {
            ports.Add(Bytes(Err, PortDirection.Out));
        }

        return ports;
    }

    private static Manifest.Port Bytes(string name, PortDirection direction) =>
        // Standard streams are written by the core kernel, which copies.
        new(name, direction, PortKind.Bytes, Type: -1, RecordBytesDefault, Copies: direction == PortDirection.Out);
}
