using Muk.Abi;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk inspect name [--json]</c>.</summary>
public sealed class InspectVerb : IVerb
{
    private static readonly VerbOption Json = new("--json", null, "the same as JSON");
    private static readonly VerbOption Sizes = new("--sizes", null, "what the image's bytes are: by assembly, runtime and C library");

    public VerbSpec Spec { get; } = new(
        "inspect",
        "an image from inside: manifest, ports with struct layouts, size by section",
        "<name>",
        1,
        [Json, Sizes],
        [],
        [("muk inspect fir", "what fir reads and writes, byte by byte"), ("muk inspect fir --json", "for a script"),
            ("muk inspect median --sizes", "where its size comes from")]);

    public Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        if (line.Arguments is not [var name])
        {
            throw UserErrorException.Usage("inspect needs an image's name; muk ls lists them");
        }

        var catalog = ImageCatalog.Load(ImageFolders.Find().Images);
        var image = Find(catalog, name);
        var manifest = image.Manifest
            ?? throw new UserErrorException($"{image.Path} cannot be used: {image.Problem}; run muk build {name}", ExitStatus.CannotRun);
        var shape = ImageShape.Read(image.Path);
        if (line.Has(Json))
        {
            JsonOutput.Write(terminal.Out, ImageFacts.Whole(image, manifest, shape));
        }
        else
        {
            Write(terminal, image, manifest, shape);
            if (line.Has(Sizes))
            {
                WriteSizes(terminal, shape);
            }
        }

        return Task.FromResult(ExitStatus.Ok);
    }

    /// <summary>The image of that name.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static ImageEntry Find(ImageCatalog catalog, string name)
    {
        if (catalog.Find(name) is { } found)
        {
            return found;
        }

        var near = NearestNames.Of(name, catalog.Names);
        throw new UserErrorException(
            $"there is no image '{name}' in {catalog.Place}"
            + (near.Count > 0 ? $": did you mean {string.Join(" or ", near)}?"
                : ": muk ls lists what there is, muk build builds what is in muks/"),
            ExitStatus.NotFound);
    }

    /// <summary>Writes it for people; the REPL's <c>:inspect</c> too.</summary>
    public static void Write(Terminal terminal, ImageEntry image, Manifest manifest, ImageShape shape)
    {
        var (output, style) = (terminal.Out, terminal.OutStyle);
        output.WriteLine($"{style.Strong(image.Name)}  {Units.Bytes(image.FileBytes)}  {image.Path}");
        if (manifest.Doc.Length > 0)
        {
            output.WriteLine(manifest.Doc);
        }

        output.WriteLine($"language {(manifest.Language == SourceLanguage.C ? "C" : "C#")}, ABI {manifest.Abi}, "
            + $"memory {Limit(manifest.MemoryBytes)}, stack {Limit(manifest.StackBytes)}");
        output.WriteLine($"build {Convert.ToHexStringLower(manifest.BuildHash)}");
        output.WriteLine();
        output.WriteLine(style.Strong("ports"));
        if (manifest.Ports.Count == 0)
        {
            output.WriteLine("  standard input, output and error: in < bytes, out > bytes, err > bytes");
        }

        foreach (var port in manifest.Ports)
        {
            output.WriteLine($"  {PortText.Of(manifest, port)}" + (port.Direction == PortDirection.Out ? $", {PortText.Making(port)}" : "")
                + (port.Doc.Length > 0 ? $"  {style.Quiet(port.Doc)}" : ""));
            if (port.Type >= 0)
            {
                output.WriteLine("    " + LayoutText.Of(manifest, port.Type).Replace("\n", "\n    ", StringComparison.Ordinal));
            }
        }

        output.WriteLine();
        var segments = new TextTable("segment", ">address", ">in the file", ">in memory");
        foreach (var segment in shape.Segments)
        {
            segments.Add(segment.Rights, $"0x{segment.Address:x}", $"{segment.FileBytes}", $"{segment.MemoryBytes}");
        }

        segments.Write(output, style);
        output.WriteLine();
        var sections = new TextTable("section", ">address", ">in the file", ">in memory");
        foreach (var section in shape.Sections.Where(section => section.MemoryBytes > 0))
        {
            sections.Add(section.Name, $"0x{section.Address:x}", $"{section.FileBytes}", $"{section.MemoryBytes}");
        }

        sections.Write(output, style);
    }

    private static void WriteSizes(Terminal terminal, ImageShape shape)
    {
        var whole = (ulong)shape.Parts.Sum(part => (long)part.Bytes);
        var parts = new TextTable("part", ">bytes", ">of all");
        foreach (var part in shape.Parts)
        {
            parts.Add(part.Part, $"{part.Bytes}", $"{100.0 * part.Bytes / whole:0.0} %");
        }

        terminal.Out.WriteLine();
        parts.Write(terminal.Out, terminal.OutStyle);
    }

    private static string Limit(ulong bytes) => bytes == 0 ? "by default" : Units.Bytes(bytes);
}
