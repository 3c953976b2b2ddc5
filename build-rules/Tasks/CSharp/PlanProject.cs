using System.Xml.Linq;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.CSharp;

/// <summary>The project that a file-based program stands for. Pure.</summary>
internal static class PlanProject
{
    /// <summary>Stands for the program's one source file, so that programs with the same directives share a plan.</summary>
    public const string SourceToken = "muk-program-source.cs";

    /// <summary>Stands for the program's name.</summary>
    public const string NameToken = "muk-program";

    /// <summary>The project's text.</summary>
    /// <param name="directives">Of the source.</param>
    /// <param name="folder">Of the source: what <c>#:project</c> is relative to.</param>
    public static string Write(IReadOnlyList<Directive> directives, string folder)
    {
        var sdks = directives.Where(d => d.Kind == "sdk").Select(d => d.Split('@')).ToArray();
        var sdk = sdks.Length > 0 ? sdks[0] : ("Microsoft.NET.Sdk", "");
        var project = new XElement("Project",
            new XElement("PropertyGroup",
                FoundAbove("DirectoryBuildProps", "Directory.Build.props", folder),
                FoundAbove("DirectoryBuildTargets", "Directory.Build.targets", folder),
                FoundAbove("DirectoryPackagesProps", "Directory.Packages.props", folder),
                new XElement("RestoreRootConfigDirectory", folder)),
            Import("Sdk.props", sdk),
            new XElement("PropertyGroup",
                new XElement("AssemblyName", NameToken),
                new XElement("EnableDefaultItems", "false"),
                new XElement("Features", "$(Features);FileBasedProgram"),
                directives.Where(d => d.Kind == "property").Select(d => d.Split('=')).Select(p => new XElement(p.Name, p.Value))),
            new XElement("ItemGroup",
                new XElement("Compile", new XAttribute("Include", SourceToken)),
                directives.Where(d => d.Kind == "package").Select(d => d.Split('@')).Select(p => new XElement("PackageReference",
                    new XAttribute("Include", p.Name), p.Value.Length > 0 ? new XAttribute("Version", p.Value) : null)),
                directives.Where(d => d.Kind == "project").Select(d => new XElement("ProjectReference",
                    new XAttribute("Include", ProjectPath(d.Text, folder))))),
            Import("Sdk.targets", sdk));
        return project.ToString();
    }

    /// <summary>What is wrong with the directives.</summary>
    public static IEnumerable<Diagnostic> Problems(IReadOnlyList<Directive> directives, string file)
    {
        foreach (var directive in directives)
        {
            var wrong = directive.Kind switch
            {
                "package" or "sdk" or "project" => directive.Text.Length == 0 ? $"#:{directive.Kind} names nothing" : "",
                "property" => IsProperty(directive.Split('=')) ? "" : "a property is written #:property Name=Value",
                _ => $"#:{directive.Kind} is not known: there are #:package, #:property, #:project and #:sdk",
            };
            if (wrong.Length > 0)
            {
                yield return Diagnostic.Error(Codes.BadDirective, file, directive.Line, 1, wrong);
            }
        }
    }

    private static bool IsProperty((string Name, string Value) property)
    {
        try
        {
            return property.Name.Length > 0 && System.Xml.XmlConvert.VerifyNCName(property.Name).Length > 0;
        }
        catch (System.Xml.XmlException)
        {
            return false;
        }
    }

    // Looked for above the source and nowhere else: the project lies among this build's own files, and what is above those is
    // another's.
    private static XElement[] FoundAbove(string what, string file, string folder) =>
    [
        new(what + "Path", $"$([MSBuild]::GetPathOfFileAbove('{file}', '{folder}'))"),
        new("Import" + what, new XAttribute("Condition", $"'$({what}Path)' == ''"), "false"),
    ];

    private static XElement Import(string file, (string Name, string Version) sdk) => new("Import",
        new XAttribute("Project", file), new XAttribute("Sdk", sdk.Version.Length > 0 ? $"{sdk.Name}/{sdk.Version}" : sdk.Name));

    // As `dotnet` has it, a folder stands for the project in it.
    private static string ProjectPath(string text, string folder)
    {
        var path = Path.GetFullPath(text, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.csproj").FirstOrDefault() ?? path : path;
    }
}
