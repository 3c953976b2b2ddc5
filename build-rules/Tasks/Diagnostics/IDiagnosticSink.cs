namespace Muk.Build.Tasks.Diagnostics;

/// <summary>Where a build says what it does and what it found. Called from any thread.</summary>
public interface IDiagnosticSink
{
    /// <summary>An error or a warning, already without duplicates.</summary>
    void Report(Diagnostic diagnostic);

    /// <summary>A step that was taken: a command line, "up to date", an image that was written.</summary>
    void Step(BuildStep step);
}

/// <summary>A step of building one source.</summary>
/// <param name="Source">The image's name.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Detail">The command line, or the file that came of it.</param>
public sealed record BuildStep(string Source, StepKind Kind, string Detail);

/// <summary>Kinds of steps, as logs and tests name them.</summary>
public enum StepKind
{
    /// <summary>Nothing to do: no input changed.</summary>
    UpToDate = 1,

    /// <summary>The source was read for ports and types.</summary>
    Describe = 2,

    /// <summary>One C file to bitcode, or a C# program to IL.</summary>
    Compile = 3,

    /// <summary>A Makefile or CMake was run.</summary>
    Make = 4,

    /// <summary>Bitcode, runtime and musl to an ELF file.</summary>
    Link = 5,

    /// <summary>The image took its place.</summary>
    Image = 6,

    /// <summary>An image without a source was removed.</summary>
    Remove = 7,

    /// <summary>Something changed, so the source is built.</summary>
    Stale = 8,

    /// <summary>IL to machine code.</summary>
    Native = 9,
}
