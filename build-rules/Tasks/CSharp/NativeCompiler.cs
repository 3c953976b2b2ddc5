using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>Compiles IL to an object file with NativeAOT's compiler, ILC, called directly.</summary>
internal sealed class NativeCompiler(string image, BuildOptions options, IDiagnosticSink sink)
{
    /// <summary>Compiles a program with everything it uses.</summary>
    /// <param name="plan">How.</param>
    /// <param name="assembly">The program's IL.</param>
    /// <param name="library">The guests' library.</param>
    /// <param name="native">The object file to write.</param>
    /// <param name="cancel">Ends the compiler.</param>
    public async Task<(bool Succeeded, IReadOnlyList<Diagnostic> Diagnostics)> CompileAsync(
        CompilationPlan plan, string assembly, string library, string native, CancellationToken cancel)
    {
        var response = native + ".rsp";
        await File.WriteAllLinesAsync(response, Arguments(plan, assembly, library, native), cancel).ConfigureAwait(false);
        var run = new ToolRun(plan.NativeCompiler, ["@" + response], plan.Folder);
        sink.Step(new(image, StepKind.Native, run.CommandLine));
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        // It names sources as their debug information does: relative to the folder above the sources.
        var said = CSharpOutput.Parse(result.Output + "\n" + result.Errors, options.WorkFolder);
        return result.ExitCode == 0 || said.Any(d => d.Severity == Severity.Error)
            ? (result.ExitCode == 0, said)
            : (false, [.. said, Diagnostic.Error(Codes.NativeCompilerFailed, "",
                $"ilc ended with status {result.ExitCode}: {Compiler.OneLine(result.Output + result.Errors)}")]);
    }

    private IEnumerable<string> Arguments(CompilationPlan plan, string assembly, string library, string native)
    {
        var name = Path.GetFileNameWithoutExtension(assembly);
        foreach (var argument in plan.IlcArguments)
        {
            var at = argument.IndexOf(':', StringComparison.Ordinal);
            var kind = argument[0] != '-' ? "input" : at < 0 ? argument : argument[..at];
            switch (kind)
            {
                case "input":
                    yield return assembly;
                    break;
                case "-o":
                    yield return "-o:" + native;
                    break;
                // Nothing is exported: there is no linker at run time, and the debugger reads symbols.
                case "--exportsfile" or "--export-dynamic-symbol" or "--map" or "--mstat" or "--instruction-set":
                    break;
                case "--nosinglewarnassembly" or "--root" or "--trim"
                    when Path.GetFileNameWithoutExtension(argument[(at + 1)..]) == plan.AssemblyName:
                    yield return $"{kind}:{name}"; // The plan has a path, since the file was not there when it was made.
                    break;
                default:
                    yield return argument;
                    break;
            }
        }

        yield return "-r:" + library;
        foreach (var package in plan.Packages)
        {
            yield return "-r:" + package;
        }

        yield return "--directpinvoke:libc";
        yield return "--directpinvoke:muk";
        yield return $"--mstat:{native}.mstat";
        if (Instructions(options.March) is { Length: > 0 } instructions)
        {
            yield return "--instruction-set:" + instructions;
        }
    }

    /// <summary>ILC's names for what clang's <c>-march</c> allows; "" for its own least, x86-64-v2.</summary>
    internal static string Instructions(string march)
    {
        const string V3 = "avx2,bmi,bmi2,fma,lzcnt,movbe,popcnt";
        return march switch
        {
            "native" => "native",
            "x86-64-v4" => V3 + ",avx512f_vl,avx512bw_vl,avx512cd_vl,avx512dq_vl",
            "x86-64-v3" => V3,
            _ => "",
        };
    }
}
