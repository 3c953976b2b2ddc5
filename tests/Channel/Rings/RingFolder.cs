using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>A folder of rings that goes with the test.</summary>
internal sealed class RingFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-rings-").FullName;
    private int _next;

    public string Create(RingOptions options)
    {
        var path = Path.Combine(_folder, $"ring-{_next++}");
        RingFile.Create(path, options);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
