using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Images;

/// <summary>A file beside an image that says why its source no longer builds: <c>.NAME.failed</c>, one line.</summary>
/// <remarks>The last whole image stays where it is, for whoever has it open; but it is of a source that is no more, so nobody
/// may start it by name. Whoever lists images reads this first (<c>src/Orchestrator/Images/ImageCatalog.cs</c>).</remarks>
internal sealed class FailureNote(BuildOptions options, string name)
{
    private readonly string _path = Path.Combine(options.ImageFolder, $".{name}.failed");

    /// <summary>The image is of its source again, or gone with it.</summary>
    public void Remove() => File.Delete(_path);

    /// <summary>Puts down the first error; the line appears whole or not at all.</summary>
    public void Write(Diagnostic? first, string workFolder)
    {
        var temporary = _path + ".tmp";
        File.WriteAllText(temporary, first is null ? "the build was ended\n" : Line(first, workFolder) + "\n");
        File.Move(temporary, _path, overwrite: true);
    }

    private static string Line(Diagnostic error, string workFolder)
    {
        var file = error.File.StartsWith(workFolder + "/", StringComparison.Ordinal) ? error.File[(workFolder.Length + 1)..] : error.File;
        var place = file.Length == 0 ? "" : error.Line == 0 ? $"{file}: " : $"{file}:{error.Line}:{error.Column}: ";
        return (place + error.Message).ReplaceLineEndings(" ");
    }
}

/// <summary>Hands everything on and keeps the first error. Any thread.</summary>
internal sealed class FirstError(IDiagnosticSink sink) : IDiagnosticSink
{
    private Diagnostic? _error;

    /// <summary>The first, null for none so far.</summary>
    public Diagnostic? Error => Volatile.Read(ref _error);

    public void Report(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == Severity.Error)
        {
            Interlocked.CompareExchange(ref _error, diagnostic, null);
        }

        sink.Report(diagnostic);
    }

    public void Step(BuildStep step) => sink.Step(step);
}
