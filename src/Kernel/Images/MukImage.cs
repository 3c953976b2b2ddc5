using Muk.Abi;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Images;

/// <summary>A parsed and checked image file: a static-pie ELF for x86-64 with a manifest.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Bytes">Its whole content.</param>
/// <param name="Manifest">From its <c>.note.muk</c>.</param>
/// <param name="Entry">Entry point, relative to the load bias.</param>
/// <param name="Segments">Its PT_LOAD segments in address order, not overlapping, page-disjoint.</param>
/// <param name="ProgramHeadersOffset">Of the program headers in the loaded image (for AT_PHDR).</param>
/// <param name="ProgramHeaderCount">For AT_PHNUM.</param>
/// <param name="RelroOffset">Start of PT_GNU_RELRO relative to the load bias, 0 for none.</param>
/// <param name="RelroBytes">Its size.</param>
public sealed record MukImage(
    string Path,
    ReadOnlyMemory<byte> Bytes,
    Manifest Manifest,
    ulong Entry,
    IReadOnlyList<ImageSegment> Segments,
    ulong ProgramHeadersOffset,
    int ProgramHeaderCount,
    ulong RelroOffset,
    ulong RelroBytes);

/// <summary>One PT_LOAD segment; addresses are relative to the load bias.</summary>
public sealed record ImageSegment(ulong Start, ulong MemoryBytes, long FileOffset, long FileBytes, PageRights Rights);
