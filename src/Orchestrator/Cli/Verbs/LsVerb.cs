using Muk.Abi;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk ls</c>.</summary>
public sealed class LsVerb : IVerb
{
    private static readonly VerbOption Json = new("--json", null, "the same as JSON");

    public VerbSpec Spec { get; } = new(
        "ls",
        "the images that have been built, with language, size, ports and types",
        "",
        0,
        [Json],
        [],
        [("muk ls", "one line an image: a port reads '<' or writes '>'"), ("muk ls --json", "for a script")]);

    public Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var folders = ImageFolders.Find();
        var catalog = ImageCatalog.Load(folders.Images);
        if (line.Has(Json))
        {
            JsonOutput.Write(terminal.Out, catalog.Entries.Select(ImageFacts.Short));
            return Task.FromResult(ExitStatus.Ok);
        }

        if (catalog.Entries.Count == 0)
        {
            terminal.Say($"there are no images in {catalog.Place} yet: run muk build");
            return Task.FromResult(ExitStatus.Ok);
        }

        Write(catalog, terminal);
        if (new ImageBuild(folders).IsStale())
        {
            terminal.Say("some sources have changed since: run muk build");
        }

        return Task.FromResult(ExitStatus.Ok);
    }

    /// <summary>Writes the table; the REPL's <c>:ls</c> too.</summary>
    public static void Write(ImageCatalog catalog, Terminal terminal)
    {
        var table = new TextTable("name", "language", ">size", "ports");
        foreach (var image in catalog.Entries)
        {
            var language = image.Manifest?.Language switch { SourceLanguage.C => "C", SourceLanguage.CSharp => "C#", _ => "?" };
            var ports = image.Manifest is { } manifest ? PortText.All(manifest) : $"broken: {image.Problem}";
            table.Add(image.Name, language, Units.Bytes(image.FileBytes), ports);
        }

        table.Write(terminal.Out, terminal.OutStyle);
    }
}
