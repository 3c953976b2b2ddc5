namespace Muk.Build.Tasks.Images;

/// <summary>How a source becomes an image.</summary>
public enum SourceKind
{
    /// <summary>One C file.</summary>
    File = 1,

    /// <summary>A folder of C files.</summary>
    Folder = 2,

    /// <summary>A folder with a Makefile.</summary>
    Make = 3,

    /// <summary>A folder with a CMakeLists.txt.</summary>
    CMake = 4,

    /// <summary>One C# file: a file-based program.</summary>
    CSharp = 5,

    /// <summary>A folder with a C# project.</summary>
    CSharpProject = 6,
}

/// <summary>A source: what one image is made from.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="Kind">How it is built.</param>
/// <param name="Path">The C or C# file or the folder, absolute.</param>
/// <param name="Files">The C or C# files, absolute and sorted; for <see cref="SourceKind.Make"/> and
/// <see cref="SourceKind.CMake"/> every file of the folder.</param>
public sealed record MukSource(string Name, SourceKind Kind, string Path, IReadOnlyList<string> Files);
