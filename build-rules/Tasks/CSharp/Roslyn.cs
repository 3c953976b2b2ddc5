using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>Compiles C# to IL, by the SDK's compiler server: it stays warm for a while after the last program.</summary>
internal sealed class Roslyn(string image, BuildOptions options, IDiagnosticSink sink)
{
    private const int KeepAliveSeconds = 120;

    /// <summary>Compiles a program or a library.</summary>
    /// <param name="plan">How.</param>
    /// <param name="sources">Absolute.</param>
    /// <param name="assembly">What to write, absolute; <c>.pdb</c> and <c>.xml</c> come beside it.</param>
    /// <param name="extra">Arguments beside the plan's; they win.</param>
    /// <param name="cancel">Ends the client; the server drops the work.</param>
    public async Task<(bool Succeeded, IReadOnlyList<Diagnostic> Diagnostics)> CompileAsync(
        CompilationPlan plan, IReadOnlyList<string> sources, string assembly, IReadOnlyList<string> extra, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(assembly)!);
        var response = Path.ChangeExtension(assembly, ".csc.rsp");
        string[] lines =
        [
            .. plan.Options, .. extra,
            $"/out:\"{assembly}\"",
            $"/pdb:\"{Path.ChangeExtension(assembly, ".pdb")}\"",
            $"/doc:\"{Path.ChangeExtension(assembly, ".xml")}\"",
            // Comments are kept for `inspect`; that some are missing or malformed is nothing that a program's author has asked about.
            // Fields of a message are assigned by whoever sends it.
            "/nowarn:169,649,1570,1571,1572,1573,1574,1580,1581,1584,1587,1589,1590,1591,1592,1658,1711,1712,1734",
            $"/pathmap:\"{options.WorkFolder}/\"=./",
            .. sources.Select(s => $"\"{s}\""),
        ];
        await File.WriteAllLinesAsync(response, lines, cancel).ConfigureAwait(false);
        var run = DotnetHost.Run(
            [
                "exec", Path.Combine(plan.Roslyn, "csc.dll"), "/noconfig", "/nologo", "/shared", $"/keepalive:{KeepAliveSeconds}",
                "@" + response,
            ],
            plan.Folder);
        sink.Step(new(image, StepKind.Compile, run.CommandLine));
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        var said = CSharpOutput.Parse(result.Output + "\n" + result.Errors, plan.Folder);
        return result.ExitCode == 0 || said.Any(d => d.Severity == Severity.Error)
            ? (result.ExitCode == 0, said)
            : (false, [.. said, Diagnostic.Error(Codes.CompilerFailed, sources[0],
                $"csc ended with status {result.ExitCode}: {Compiler.OneLine(result.Output + result.Errors)}")]);
    }
}
