using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>Reads a C# program's ports, types and comments from its IL and debug information, into the description that
/// libclang's twin gives for C.</summary>
public static class AssemblyDescriber
{
    /// <summary>Describes a program that Roslyn compiled.</summary>
    /// <param name="assembly">The IL; <c>.pdb</c> and <c>.xml</c> lie beside it.</param>
    /// <param name="blame">The source that a problem without a place belongs to, absolute.</param>
    /// <param name="folder">What names in the debug information are relative to.</param>
    public static Description Describe(string assembly, string blame, string folder)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assembly, ".pdb")));
        var places = new StatementPlaces(symbols.GetMetadataReader(), blame, folder);
        return new Reading(image, places, new(Path.ChangeExtension(assembly, ".xml")), blame).Run();
    }

    private sealed class Reading
    {
        private readonly PEReader _image;
        private readonly MetadataReader _metadata;
        private readonly StatementPlaces _places;
        private readonly SourceTexts _sources;
        private readonly MessageStructs _types;
        private readonly string _blame;
        private readonly List<DeclaredPort> _ports = [];
        private readonly List<Diagnostic> _problems = [];
        private readonly Dictionary<string, ulong> _capacities = [];

        public Reading(PEReader image, StatementPlaces places, DocFile docs, string blame)
        {
            (_image, _metadata, _places, _blame) = (image, image.GetMetadataReader(), places, blame);
            _sources = new(places.Files);
            _types = new(_metadata, _sources, docs);
        }

        public Description Run()
        {
            foreach (var call in PortCalls.Find(_image, _metadata))
            {
                Port(call);
            }

            var text = File.Exists(_blame) && _blame.EndsWith(".cs", StringComparison.Ordinal) ? File.ReadAllText(_blame) : "";
            // What the compiler or the shell is told comes before what the reader is.
            var opening = string.Join('\n', text.Split('\n').SkipWhile(l => l.StartsWith('#') || l.Trim().Length == 0));
            return new()
            {
                File = _blame,
                HasMain = true, // Roslyn says where there is none.
                Doc = CommentText.FirstParagraph(CommentText.Opening(opening)),
                Ports = InPlaceCalls.Any(_metadata) ? _ports : [.. _ports.Select(Copying)],
                Types = _types.Types,
                Capacities = _capacities,
                Problems = [.. _problems, .. _types.Problems],
            };
        }

        private static DeclaredPort Copying(DeclaredPort declared) =>
            declared with { Port = declared.Port with { Copies = declared.Port.Direction == PortDirection.Out } };

        private void Port(PortCall call)
        {
            var place = _places.Of(call.Method, call.Offset, "Port." + call.Name, _sources);
            var direction = call.Name.StartsWith("Out", StringComparison.Ordinal) ? PortDirection.Out : PortDirection.In;
            if (call.Arguments[0] is not string name)
            {
                _problems.Add(Diagnostic.Error(Codes.NotConstant, place.File, place.Line, place.Column,
                    $"the name of this port is not a constant: pipelines are checked before anything runs, "
                    + $"so write Port.{call.Name}(\"name\")"));
                return;
            }

            if (call.Arguments.Skip(1).Any(a => a is not long))
            {
                _problems.Add(Diagnostic.Error(Codes.NotConstant, place.File, place.Line, place.Column,
                    $"the size that port '{name}' asks for is not a constant"));
                return;
            }

            var doc = CommentText.FirstParagraph(_sources.CommentAbove(place));
            var number = call.Arguments.Count > 1 ? (long)call.Arguments[1]! : 0;
            if (call.Message is null)
            {
                var kind = call.Name.EndsWith("Stream", StringComparison.Ordinal) ? PortKind.Bytes : PortKind.Records;
                var largest = number > 0 ? (uint)Math.Min(number, uint.MaxValue) : Describer.RecordBytesDefault;
                _ports.Add(new(new(name, direction, kind, -1, largest, Doc: doc), place));
                return;
            }

            if (number > 0)
            {
                _capacities[name] = (ulong)number;
            }

            Fixed(name, direction, call.Message, doc, place);
        }

        private void Fixed(string name, PortDirection direction, IlType message, string doc, SourcePlace place)
        {
            var index = _types.Describe(message, $"port '{name}'", place);
            if (index < 0)
            {
                // Kept without its type, so that a second declaration of it is still noticed.
                _ports.Add(new(new(name, direction, PortKind.Fixed, -1, 0, Doc: doc), place));
                return;
            }

            var described = _types.Types[index];
            if (described.Bytes > RingLayout.DataBytesMax / 4)
            {
                _problems.Add(Diagnostic.Error(Codes.MessageTooLarge, place.File, place.Line, place.Column,
                    $"a message of port '{name}' has {described.Bytes} bytes, and a ring carries at most {RingLayout.DataBytesMax / 4}"));
            }

            _ports.Add(new(new(name, direction, PortKind.Fixed, index, described.Bytes, described.Align, Doc: doc), place));
        }
    }
}
