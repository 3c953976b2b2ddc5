using Muk.Kernel.Images;

namespace Muk.Kernel.Program;

/// <summary>The images run last, parsed. An image is the same while its path, size and change time are. Owner: the vCPU thread.</summary>
internal sealed class ImageCache
{
    private const int CountMax = 4;

    private readonly List<Entry> _entries = [];

    /// <summary>The image at a path, from the cache or read now.</summary>
    /// <exception cref="ImageException">It cannot run here.</exception>
    public MukImage Get(string path)
    {
        var file = new FileInfo(path);
        var changed = file.Exists ? file.LastWriteTimeUtc : default;
        var bytes = file.Exists ? file.Length : -1;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.Path == path && entry.Bytes == bytes && entry.Changed == changed)
            {
                _entries.RemoveAt(i);
                _entries.Add(entry);
                return entry.Image;
            }
        }

        var image = ImageReader.Read(path);
        if (_entries.Count == CountMax)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(new(path, bytes, changed, image));
        return image;
    }

    private sealed record Entry(string Path, long Bytes, DateTime Changed, MukImage Image);
}
