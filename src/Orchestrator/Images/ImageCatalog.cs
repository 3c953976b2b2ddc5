using Muk.Kernel.Images;

namespace Muk.Orchestrator.Images;

/// <summary>The images that have been built: <c>*.muk</c> of one folder. Read once; broken ones are listed with what is wrong.</summary>
public sealed class ImageCatalog : IImageSource
{
    /// <summary>Environment variable that names the folder.</summary>
    public const string FolderVariable = "MUK_IMAGES";

    // What the build rules leave beside an image whose source has stopped building (build-rules/Tasks/Images/FailureNote.cs).
    private const string FailedSuffix = ".failed";

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
        if (!Directory.Exists(full))
        {
            return new(full, []);
        }

        var built = Directory.GetFiles(full, "*.muk").Select(Path.GetFileNameWithoutExtension);
        var failed = Directory.GetFiles(full, $".*{FailedSuffix}").Select(path => Path.GetFileName(path)[1..^FailedSuffix.Length]);
        var names = built.Concat(failed).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        return new(full, [.. names.Select(name => Entry(full, name))]);
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

    private static ImageEntry Entry(string folder, string name)
    {
        var path = Path.Combine(folder, name + ".muk");
        var file = new FileInfo(path);
        var fileBytes = file.Exists ? file.Length : 0;
        try
        {
            // An image that is there all the same is of the source as it was, and not what anybody means by its name.
            var failure = Path.Combine(folder, $".{name}{FailedSuffix}");
            if (File.Exists(failure))
            {
                return new(name, path, fileBytes, null, $"its source does not build: {File.ReadAllText(failure).Trim()}");
            }

            var image = ImageReader.Read(path);
            return new(name, path, image.Bytes.Length, image.Manifest, null);
        }
        catch (Exception problem) when (problem is ImageException or IOException)
        {
            return new(name, path, fileBytes, null, problem.Message);
        }
    }
}
