using Muk.Kernel.Images;
using Muk.Kernel.Memory;

namespace Muk.Orchestrator.Images;

/// <summary>What an image file is made of: its segments as they are loaded, and its sections.</summary>
/// <param name="Segments">Of the image itself.</param>
/// <param name="Sections">An image carries no section table, so that it stays small: they come from the
/// <c>.muk.debug</c> twin that the build leaves beside it, and there are none where it is missing or of another build.</param>
/// <param name="Parts">Whose the bytes are, from the twin's symbols.</param>
public sealed record ImageShape(
    IReadOnlyList<SegmentShape> Segments, IReadOnlyList<ElfSection> Sections, IReadOnlyList<SizePart> Parts)
{
    /// <summary>Reads the image and its twin.</summary>
    /// <exception cref="ImageException">It is no image.</exception>
    public static ImageShape Read(string path)
    {
        var image = ImageReader.Read(path);
        var twin = new FileInfo(path + ".debug");
        var symbols = twin.Exists ? File.ReadAllBytes(twin.FullName) : [];
        var sections = ElfSections.Read(symbols);
        var parts = SizePart.Of(Path.GetFileNameWithoutExtension(path), sections, ElfSymbols.Read(symbols));
        return new([.. image.Segments.Select(SegmentShape.Of)], sections, parts);
    }
}

/// <summary>A loaded segment; the address is relative to where the image is put.</summary>
/// <param name="Rights">As <c>ls</c> writes rights: <c>r-x</c>.</param>
public sealed record SegmentShape(string Rights, ulong Address, ulong FileBytes, ulong MemoryBytes)
{
    internal static SegmentShape Of(ImageSegment segment) =>
        new(Letters(segment.Rights), segment.Start, (ulong)segment.FileBytes, segment.MemoryBytes);

    private static string Letters(PageRights rights) => string.Concat(
        rights.HasFlag(PageRights.Read) ? 'r' : '-',
        rights.HasFlag(PageRights.Write) ? 'w' : '-',
        rights.HasFlag(PageRights.Execute) ? 'x' : '-');
}
