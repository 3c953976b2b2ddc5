using System.Xml;
using System.Xml.Linq;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>The comments of a program's types and fields, from the XML file that Roslyn writes.</summary>
internal sealed class DocFile
{
    private readonly Dictionary<string, string> _byMember = [];

    /// <summary>Reads <paramref name="path"/>; one that is missing or broken has no comments.</summary>
    public DocFile(string path)
    {
        try
        {
            var members = File.Exists(path) ? XDocument.Load(path).Descendants("member") : [];
            foreach (var member in members)
            {
                var words = (member.Element("summary")?.Value ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                var text = string.Join(' ', words);
                _byMember[member.Attribute("name")?.Value ?? ""] =
                    text.Length <= CommentText.CharactersMax ? text : text[..CommentText.CharactersMax];
            }
        }
        catch (XmlException)
        {
            // A malformed comment is the author's own; what could be read is kept.
        }
    }

    /// <summary>Of a type, "" for none.</summary>
    public string OfType(string type) => _byMember.GetValueOrDefault("T:" + type, "");

    /// <summary>Of a field or the property it is behind, "" for none.</summary>
    public string OfField(string type, string field) =>
        _byMember.GetValueOrDefault($"F:{type}.{field}", _byMember.GetValueOrDefault($"P:{type}.{field}", ""));
}
