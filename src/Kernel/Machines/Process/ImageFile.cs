using Microsoft.Win32.SafeHandles;
using Muk.Kernel.Images;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>An image as its segments lie in memory, in a file without a name: page 0 of it is the load bias. Processes map
/// it privately, so that all of them share what they do not write, and the image file may be rebuilt meanwhile.</summary>
internal sealed class ImageFile : IDisposable
{
    private ImageFile(MukImage image, SafeFileHandle handle)
    {
        Image = image;
        Handle = handle;
    }

    public MukImage Image { get; }

    public SafeFileHandle Handle { get; }

    public static ImageFile Create(MukImage image)
    {
        var handle = Descriptors.MemoryFile(Path.GetFileName(image.Path));
        foreach (var segment in image.Segments)
        {
            var content = image.Bytes.Slice((int)segment.FileOffset, (int)segment.FileBytes);
            RandomAccess.Write(handle, content.Span, (long)segment.Start);
        }

        RandomAccess.SetLength(handle, (long)Pages.Up((ulong)RandomAccess.GetLength(handle)));
        return new ImageFile(image, handle);
    }

    public void Dispose() => Handle.Dispose();
}
