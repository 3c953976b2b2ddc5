namespace Muk.Build.Tasks.Diagnostics;

/// <summary>How bad a diagnostic is. An error fails its image.</summary>
public enum Severity
{
    Warning = 1,
    Error = 2,
}

/// <summary>Something to tell the user about a source.</summary>
/// <param name="Severity">An error fails the image.</param>
/// <param name="Code">Of <see cref="Codes"/>, or the compiler's own (<c>-Wunused-variable</c>, <c>clang</c>).</param>
/// <param name="File">Absolute path, or "" where no file is to blame.</param>
/// <param name="Line">From 1, 0 for the whole file.</param>
/// <param name="Column">In bytes from 1, 0 for the whole line.</param>
/// <param name="Message">For people; one line.</param>
public sealed record Diagnostic(Severity Severity, string Code, string File, int Line, int Column, string Message)
{
    /// <summary>An error of Muk's own.</summary>
    public static Diagnostic Error(string code, string file, int line, int column, string message) =>
        new(Severity.Error, code, file, line, column, message);

    /// <summary>An error that is about a whole file.</summary>
    public static Diagnostic Error(string code, string file, string message) => new(Severity.Error, code, file, 0, 0, message);
}
