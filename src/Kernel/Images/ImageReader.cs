using Muk.Abi;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Images;

/// <summary>Reads image files. The file may be hostile: every field is checked before it is used, and whatever is wrong is
/// one <see cref="ImageException"/> that says what and what to do.</summary>
public static class ImageReader
{
    /// <summary>Largest image file, in bytes.</summary>
    public const long FileBytesMax = 256L << 20;

    /// <summary>Largest image once loaded, its zeroed memory included, in bytes.</summary>
    public const ulong LoadedBytesMax = 16UL << 30;

    /// <summary>Most PT_LOAD segments.</summary>
    public const int SegmentsMax = 16;

    private const ulong PageBytes = 4096;

    /// <summary>Reads and checks the image at <paramref name="path"/>.</summary>
    /// <exception cref="ImageException">It cannot be read, or cannot run here.</exception>
    public static MukImage Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            ImageChecks.Check(
                file.Length is > 0 and <= FileBytesMax, path,
                    $"it has {file.Length} bytes, and 1 to {FileBytesMax} can be; build it again");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Parse(path, bytes);
        }
        catch (FileNotFoundException)
        {
            throw ImageChecks.Refuse(path, "there is no such file; build it with ./muk build");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ImageChecks.Refuse(path, $"it cannot be read: {problem.Message}");
        }
    }

    /// <summary>Checks the content of an image file; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="ImageException">It cannot run here.</exception>
    public static MukImage Parse(string path, ReadOnlyMemory<byte> bytes) => Parse(path, bytes, Processor.Host);

    /// <summary>The same for another processor than this one.</summary>
    /// <exception cref="ImageException">It cannot run there.</exception>
    public static MukImage Parse(string path, ReadOnlyMemory<byte> bytes, Processor processor)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(processor);
        var elf = ElfFile.Open(bytes.Span, path);
        var type = elf.Type;
        ImageChecks.Check(
            type == 3, path, type == 2 ? "it is not position independent; link it with -static-pie"
                : $"it is no program (ELF type {type})");

        var segments = new List<ImageSegment>();
        Manifest? manifest = null;
        ulong relroStart = 0, relroBytes = 0, headersAt = 0;
        for (var i = 0; i < elf.ProgramHeaderCount; i++)
        {
            var header = elf.Segment(i);
            switch (header.Type)
            {
                case ElfSegmentType.Load:
                    AddSegment(segments, header, bytes.Length, path);
                    if (ImageChecks.Inside(elf.ProgramHeadersOffset - header.Offset, PhBytes(elf), header.FileBytes)
                        && elf.ProgramHeadersOffset >= header.Offset)
                    {
                        headersAt = header.Address + (elf.ProgramHeadersOffset - header.Offset);
                    }

                    break;
                case ElfSegmentType.Interpreter:
                    throw ImageChecks.Refuse(path, "it is dynamically linked (it names an interpreter); link it with -static-pie");
                case ElfSegmentType.Dynamic:
                    DynamicSection.CheckStatic(Content(bytes.Span, header, path, "dynamic section"), path);
                    break;
                case ElfSegmentType.Note:
                    var found = NoteSection.FindManifest(Content(bytes.Span, header, path, "notes"), path);
                    ImageChecks.Check(found is null || manifest is null, path,
                        "it has two manifests (.note.muk); build it with ./muk build");
                    manifest ??= found;
                    break;
                case ElfSegmentType.Relro:
                    (relroStart, relroBytes) = (header.Address, header.MemoryBytes);
                    break;
            }
        }

        ImageChecks.Check(segments.Count > 0, path, "it has nothing to load; build it again");
        ImageChecks.Check(headersAt != 0, path, "no segment loads its program headers; link it with lld or GNU ld as ./muk build does");
        ImageChecks.Check(manifest is not null, path, "it has no manifest (.note.muk); build it with ./muk build");
        CheckInstructions(manifest.InstructionLevel, processor, path);
        var entry = elf.Entry;
        ImageChecks.Check(
            segments.Any(s => s.Rights.HasFlag(PageRights.Execute) && entry >= s.Start && entry - s.Start < (ulong)s.FileBytes),
            path,
            $"its entry point 0x{entry:x} lies in no executable segment; build it again");
        ImageChecks.Check(
            relroBytes == 0 || segments.Any(s => relroStart >= s.Start && ImageChecks.Inside(relroStart - s.Start, relroBytes,
                RoundUp(s.MemoryBytes + (s.Start % PageBytes)))),
            path,
            "its RELRO range lies outside its segments; build it again");
        return new MukImage(path, bytes, manifest, entry, segments, headersAt, elf.ProgramHeaderCount, relroBytes == 0 ? 0 : relroStart,
            relroBytes);
    }

    private static void CheckInstructions(uint level, Processor processor, string path)
    {
        var lacks = processor.Lacks(level);
        ImageChecks.Check(lacks.Length == 0, path,
            $"it was built for x86-64-v{level}, and this host lacks {lacks}; build it with "
            + $"dotnet build muks/Muks.proj -p:MukMarch=x86-64{(processor.Level > 1 ? $"-v{processor.Level}" : "")}");
    }

    private static ulong PhBytes(ElfFile elf) => (ulong)elf.ProgramHeaderCount * ElfFile.ProgramHeaderBytes;

    private static ulong RoundUp(ulong value) => (value + PageBytes - 1) & ~(PageBytes - 1);

    private static void AddSegment(List<ImageSegment> segments, ElfSegment header, int fileBytes, string path)
    {
        ImageChecks.Check(segments.Count < SegmentsMax, path, $"it has more than {SegmentsMax} segments to load");
        ImageChecks.Check(
            ImageChecks.Inside(header.Offset, header.FileBytes, (ulong)fileBytes),
            path,
            "it is truncated: a segment lies outside the file; build it again");
        ImageChecks.Check(header.MemoryBytes > 0 && header.FileBytes <= header.MemoryBytes, path,
            "a segment is smaller than what the file has for it");
        ImageChecks.Check(
            ImageChecks.Inside(header.Address, header.MemoryBytes, LoadedBytesMax), path,
                $"a segment needs more than {LoadedBytesMax >> 30} GiB");
        ImageChecks.Check(
            header.Offset % PageBytes == header.Address % PageBytes, path,
                "a segment's address and its place in the file do not match by page");
        var rights = Rights(header.Flags);
        ImageChecks.Check(
            !rights.HasFlag(PageRights.Write) || !rights.HasFlag(PageRights.Execute),
            path,
            "a segment is both writable and executable; link it with -z separate-code and without -N or -z execstack");
        if (segments.Count > 0)
        {
            var last = segments[^1];
            ImageChecks.Check(
                header.Address / PageBytes * PageBytes >= RoundUp(last.Start + last.MemoryBytes),
                path,
                "its segments overlap, share a page or are out of order; link it with -z separate-code");
        }

        segments.Add(new ImageSegment(header.Address, header.MemoryBytes, (long)header.Offset, (long)header.FileBytes, rights));
    }

    private static PageRights Rights(uint flags) =>
        ((flags & 4) != 0 ? PageRights.Read : 0) | ((flags & 2) != 0 ? PageRights.Write : 0) | ((flags & 1) != 0 ? PageRights.Execute : 0);

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> all, ElfSegment header, string path, string what)
    {
        ImageChecks.Check(
            ImageChecks.Inside(header.Offset, header.FileBytes, (ulong)all.Length), path,
                $"it is truncated: its {what} lies outside the file; build it again");
        return all.Slice((int)header.Offset, (int)header.FileBytes);
    }
}
