using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;

namespace Muk.Build.Tasks.Tools;

/// <summary>What compiling one C file came to.</summary>
/// <param name="Succeeded">The bitcode is there.</param>
/// <param name="Diagnostics">What the compiler said.</param>
/// <param name="Inputs">The C file and every header that was read.</param>
internal sealed record CompileResult(bool Succeeded, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Inputs);

/// <summary>Compiles C files to bitcode for one image.</summary>
internal sealed class Compiler(string image, BuildOptions options, Toolchain tools, Flags flags, IDiagnosticSink sink)
{
    /// <summary>Compiles one file.</summary>
    /// <param name="source">The C file, absolute.</param>
    /// <param name="bitcode">What to write.</param>
    /// <param name="extra">Arguments beside everybody's.</param>
    /// <param name="cancel">Ends the compiler.</param>
    public async Task<CompileResult> CompileAsync(string source, string bitcode, IReadOnlyList<string> extra, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(bitcode)!);
        var dependencies = bitcode + ".d";
        var run = new ToolRun(
            tools.Clang,
            [.. flags.Compile, .. extra, "-MD", "-MF", dependencies, "-c", flags.Relative(source), "-o", bitcode],
            options.WorkFolder);
        sink.Step(new(image, StepKind.Compile, run.CommandLine));
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        var diagnostics = CompilerOutput.Parse(result.Errors, options.WorkFolder);
        if (result.ExitCode != 0)
        {
            return new(false, diagnostics.Any(d => d.Severity == Severity.Error)
                ? diagnostics
                : [.. diagnostics, Diagnostic.Error(Codes.CompilerFailed, source,
                    $"clang ended with status {result.ExitCode}: {OneLine(result.Errors)}")], []);
        }

        var inputs = DependencyFile.Parse(await File.ReadAllTextAsync(dependencies, cancel).ConfigureAwait(false), options.WorkFolder);
        return new(true, diagnostics, inputs);
    }

    internal static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
