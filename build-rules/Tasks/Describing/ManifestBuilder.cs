using System.Text;
using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Describing;

/// <summary>Joins what an image's C files say into its manifest. Pure.</summary>
public static class ManifestBuilder
{
    private const string ErrorPort = "err";

    /// <summary>The manifest without its build hash, and what is wrong.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="blame">The file that a missing <c>main</c> is reported in.</param>
    /// <param name="descriptions">Of its C files, in their order.</param>
    public static (Manifest Manifest, IReadOnlyList<Diagnostic> Problems) Build(
        string name, string blame, IReadOnlyList<Description> descriptions)
    {
        var problems = descriptions.SelectMany(d => d.Problems).ToList();
        if (!descriptions.Any(d => d.HasMain))
        {
            problems.Add(Diagnostic.Error(Codes.NoMain, blame, 1, 1,
                $"{name} has no main: define int main(void) or int main(int argc, char **argv)"));
        }

        var types = new List<Manifest.MessageType>();
        var ports = new List<Manifest.Port>();
        var places = new Dictionary<string, SourcePlace>();
        foreach (var description in descriptions)
        {
            var offset = types.Count;
            types.AddRange(description.Types.Select(t => Shift(t, offset)));
            foreach (var (port, place) in description.Ports)
            {
                var problem = Problem(port, ports.Count, places);
                if (problem is var (code, message))
                {
                    problems.Add(Diagnostic.Error(code, place.File, place.Line, place.Column, message));
                    continue;
                }

                places.Add(port.Name, place);
                ports.Add(port with { Type = port.Type < 0 ? -1 : port.Type + offset });
            }
        }

        var main = descriptions.FirstOrDefault(d => d.HasMain);
        var manifest = new Manifest
        {
            Name = name,
            BuildHash = new byte[32],
            Doc = main?.Doc ?? "",
            MemoryBytes = descriptions.Select(d => d.MemoryBytes).DefaultIfEmpty().Max(),
            StackBytes = descriptions.Select(d => d.StackBytes).DefaultIfEmpty().Max(),
            Ports = WithStandardPorts([.. ports.Select(p => Sized(p, descriptions))]),
            Types = types,
        };
        return (manifest, problems);
    }

    private static (string Code, string Message)? Problem(Manifest.Port port, int before, Dictionary<string, SourcePlace> places)
    {
        if (places.TryGetValue(port.Name, out var first))
        {
            return (Codes.PortTwice, $"port '{port.Name}' is declared already, at {Path.GetFileName(first.File)}:{first.Line}");
        }

        if (port.Name == ErrorPort)
        {
            return (Codes.ReservedPort, $"'{ErrorPort}' is every program's standard error already: choose another name");
        }

        if (Encoding.UTF8.GetByteCount(port.Name) >= GuestLayout.NameBytes)
        {
            return (Codes.PortNameTooLong,
                $"port '{port.Name}' has a name of {Encoding.UTF8.GetByteCount(port.Name)} bytes, "
                + $"and at most {GuestLayout.NameBytes - 1} are kept");
        }

        // One place is for `err`.
        return before == GuestLayout.PortsMax - 1
            ? (Codes.TooManyPorts, $"port '{port.Name}' is one too many: a program has at most {GuestLayout.PortsMax - 1} of its own")
            : null;
    }

    private static Manifest.Port[] WithStandardPorts(Manifest.Port[] declared) => declared.Length == 0
        ? [Standard("in", PortDirection.In), Standard("out", PortDirection.Out), Standard(ErrorPort, PortDirection.Out)]
        : [.. declared, Standard(ErrorPort, PortDirection.Out)];

    private static Manifest.Port Standard(string name, PortDirection direction) =>
        // The core kernel writes them, and copies.
        new(name, direction, PortKind.Bytes, -1, Describer.RecordBytesDefault, Copies: direction == PortDirection.Out);

    private static Manifest.Port Sized(Manifest.Port port, IReadOnlyList<Description> descriptions)
    {
        foreach (var description in descriptions)
        {
            if (description.Capacities.TryGetValue(port.Name, out var bytes))
            {
                port = port with { CapacityBytes = bytes };
            }

            if (port.Kind != PortKind.Fixed && description.RecordsMax.TryGetValue(port.Name, out var largest))
            {
                port = port with { MessageBytes = (uint)Math.Min(largest, uint.MaxValue) };
            }
        }

        return port;
    }

    private static Manifest.MessageType Shift(Manifest.MessageType type, int by) => type with
    {
        Element = type.Element < 0 ? -1 : type.Element + by,
        Fields = type.Fields?.Select(f => f with { Type = f.Type + by }).ToArray(),
    };
}
