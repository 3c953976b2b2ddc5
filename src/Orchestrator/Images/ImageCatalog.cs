using Muk.Kernel.Images;

namespace Muk.Orchestrator.Images;

/// <summary>The images that have been built: <c>*.muk</c> of one folder. Read once; broken ones are listed with what is wrong.</summary>
public sealed class ImageCatalog : IImageSource
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string FolderVariable = "MUK_IMAGES";

    private readonly Dictionary<string, ImageEntry> _byName;

    private ImageCatalog(string folder, IReadOnlyList<ImageEntry> entries)
    {
        Place = folder;
        Entries = entries;
        _byName = entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>In order of name.</summary>
    public IReadOnlyList<ImageEntry> Entries { get; }

    public IReadOnlyList<string> Names => [.. Entries.Select(e => e.Name)];

    public string Place { get; }

    public ImageEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads <paramref name="folder"/>; one that is not there is an empty catalog.</summary>
    public static ImageCatalog Load(string folder)
    {
        var full = Path.GetFullPath(folder);
        var files = Directory.Exists(full) ? Directory.GetFiles(full, "*.muk") : [];
        return new(full, [.. files.Select(Entry).OrderBy(e => e.Name, StringComparer.Ordinal)]);
    }

    /// <summary>The folder to read: <c>MUK_IMAGES</c> where set, else <c>artifacts/muks</c> of the repository around the
    /// program, else of the repository around the current folder, else a folder <c>muks</c> beside the program.</summary>
    public static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return named;
        }

        var root = Nodes.RepositoryRoot.Around(AppContext.BaseDirectory) ?? Nodes.RepositoryRoot.Around(Environment.CurrentDirectory);
        return root is null ? Path.Combine(AppContext.BaseDirectory, "muks") : Path.Combine(root, "artifacts", "muks");
    }

    private static ImageEntry Entry(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        try
        {
            var image = ImageReader.Read(path);
            return new(name, path, image.Bytes.Length, image.Manifest, null);
        }
        catch (ImageException problem)
        {
            return new(name, path, new FileInfo(path) is { Exists: true } file ? file.Length : 0, null, problem.Message);
        }
    }
}
