using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Interop;

namespace Muk.Build.Tasks.Describing;

/// <summary>Reads one C file's ports, types and comments with libclang (the convention is in <c>src/Channel/c/README.md</c>).</summary>
public static class Describer
{
    /// <summary>Largest record of a port that does not say, in bytes.</summary>
    public const uint RecordBytesDefault = 65536;

    private const string MessageTypePrefix = "muk_message_of_";

    /// <summary>Describes <paramref name="file"/>, as far as libclang can make sense of it.</summary>
    /// <param name="file">The C file, absolute.</param>
    /// <param name="arguments">What the compiler is given to understand it.</param>
    /// <param name="folder">Where the compiler runs.</param>
    public static Description Describe(string file, IReadOnlyList<string> arguments, string folder)
    {
        using var unit = TranslationUnit.TryParse(file, arguments, folder);
        return unit is null ? new Description { File = file } : new Reading(unit, file).Run();
    }

    private sealed class Reading(TranslationUnit unit, string file)
    {
        private readonly MessageTypes _types = new(unit);
        private readonly List<DeclaredPort> _ports = [];
        private readonly List<Diagnostic> _problems = [];
        private readonly Dictionary<string, ulong> _capacities = [];
        private readonly Dictionary<string, ulong> _recordsMax = [];
        private readonly Dictionary<string, CXType> _messages = [];
        private readonly HashSet<uint> _commentsTaken = [0];

        public Description Run()
        {
            var doc = CommentText.FirstParagraph(CommentText.Opening(File.ReadAllText(file)));
            var hasMain = false;
            ulong memory = 0;
            ulong stack = 0;
            var declarations = unit.Declarations;
            foreach (var typedef in declarations.Where(d => d.kind == CXCursorKind.CXCursor_TypedefDecl))
            {
                var name = clang.Text(clang.getCursorSpelling(typedef));
                if (name.StartsWith(MessageTypePrefix, StringComparison.Ordinal))
                {
                    _messages[name[MessageTypePrefix.Length..]] = clang.getTypedefDeclUnderlyingType(typedef);
                }
            }

            foreach (var declaration in declarations)
            {
                if (declaration.kind == CXCursorKind.CXCursor_FunctionDecl && clang.isCursorDefinition(declaration) != 0
                    && clang.Text(clang.getCursorSpelling(declaration)) == "main")
                {
                    hasMain = true;
                    doc = doc.Length > 0 ? doc : Doc(declaration);
                }

                if (declaration.kind != CXCursorKind.CXCursor_VarDecl || Annotation(declaration) is not { } words)
                {
                    continue;
                }

                var comment = OwnDoc(declaration);
                var size = (ulong)Math.Max(0, clang.Type_getSizeOf(clang.getCursorType(declaration)));
                switch (words)
                {
                    case ["muk", "in" or "out", var name]:
                        Port(name, words[1] == "in" ? PortDirection.In : PortDirection.Out, comment, declaration);
                        break;
                    case ["muk", "memory"]:
                        memory = size;
                        break;
                    case ["muk", "stack"]:
                        stack = size;
                        break;
                    case ["muk", "capacity", var port]:
                        _capacities[port] = size;
                        break;
                    case ["muk", "record-max", var port]:
                        _recordsMax[port] = size;
                        break;
                    default:
                        break;
                }
            }

            return new Description
            {
                File = file,
                HasMain = hasMain,
                Doc = doc,
                Ports = _ports,
                Types = _types.Types,
                Capacities = _capacities,
                RecordsMax = _recordsMax,
                MemoryBytes = memory,
                StackBytes = stack,
                Problems = [.. _problems, .. _types.Problems],
            };
        }

        private void Port(string name, PortDirection direction, string doc, CXCursor declaration)
        {
            var place = unit.Place(declaration);
            if (!_messages.TryGetValue(name, out var type))
            {
                return; // Its type does not exist: the compiler says so.
            }

            switch (MessageTypes.Spelling(type))
            {
                case "muk_bytes":
                    _ports.Add(new(new(name, direction, PortKind.Records, -1, RecordBytesDefault, Doc: doc), place));
                    break;
                case "muk_stream":
                    _ports.Add(new(new(name, direction, PortKind.Bytes, -1, RecordBytesDefault, Doc: doc), place));
                    break;
                default:
                    Fixed(name, direction, type, doc, place);
                    break;
            }
        }

        private void Fixed(string name, PortDirection direction, CXType type, string doc, SourcePlace place)
        {
            var index = _types.Describe(type, $"port '{name}'", place);
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

        private static string[]? Annotation(CXCursor variable) =>
            clang.Children(variable)
                .Where(c => c.kind == CXCursorKind.CXCursor_AnnotateAttr)
                .Select(c => clang.Text(clang.getCursorSpelling(c)))
                .FirstOrDefault(a => a.StartsWith("muk:", StringComparison.Ordinal))
                ?.Split(':');

        // No semicolon ends a MUK_IN, so libclang takes the comment before one declaration for those after it as well.
        private string OwnDoc(CXCursor declaration) =>
            _commentsTaken.Add(clang.Cursor_getCommentRange(declaration).begin_int_data) ? Doc(declaration) : "";

        private static string Doc(CXCursor cursor) => CommentText.FirstParagraph(clang.Text(clang.Cursor_getRawCommentText(cursor)));
    }
}
