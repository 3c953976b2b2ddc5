using Muk.Build.Tasks.Describing;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>Builds a folder by its own Makefile or CMakeLists.txt.</summary>
/// <remarks>The compiler it is given records its calls. When it is done, the C files it compiled are described, and the
/// link that made the program is made once more with the manifest added.</remarks>
internal sealed class MakeBuild(
    MukSource source, BuildOptions options, Toolchain tools, Flags flags, Runtime runtime, IDiagnosticSink sink)
{
    private readonly string _folder = Path.Combine(options.ObjectFolder, source.Name);

    /// <summary>A program, linked again with what it lacks.</summary>
    /// <param name="Descriptions">Of the C files it was made from.</param>
    /// <param name="Diagnostics">What the compiler said.</param>
    /// <param name="Inputs">What it was made from.</param>
    /// <param name="Link">The call that links it; null where there is none.</param>
    internal sealed record Made(
        IReadOnlyList<Description> Descriptions, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Inputs, CompilerCall? Link);

    private string CallsFolder => Path.Combine(_folder, "calls");

    private string Program => Path.Combine(_folder, "program");

    private string Wrapper => Path.Combine(_folder, "cc");

    /// <summary>Runs the folder's build.</summary>
    public async Task<Made> MakeAsync(CancellationToken cancel)
    {
        if (Directory.Exists(CallsFolder))
        {
            Directory.Delete(CallsFolder, recursive: true);
        }

        Directory.CreateDirectory(CallsFolder);
        File.Delete(Program);
        await File.WriteAllTextAsync(Wrapper, CompilerWrapper.Script(tools, options, flags, runtime), cancel).ConfigureAwait(false);
        File.SetUnixFileMode(Wrapper, (UnixFileMode)Convert.ToInt32("755", 8));

        var said = new List<Diagnostic>();
        foreach (var run in Runs())
        {
            sink.Step(new(source.Name, StepKind.Make, run.CommandLine));
            var result = await run.RunAsync(cancel).ConfigureAwait(false);
            said.AddRange(CompilerOutput.Parse(result.Errors + "\n" + result.Output, source.Path));
            if (result.ExitCode != 0)
            {
                said.AddRange(LinkerOutput.Find(result.Errors, BuildFile, source.Path));
                return Failed(said, $"{Path.GetFileName(run.Program)} failed: {LastLine(result)}");
            }
        }

        var calls = CompilerCall.ReadAll(CallsFolder);
        var link = FindLink(calls);
        if (link is null)
        {
            return Failed(said, $"nothing was linked: make the program $(MUK_OUT), or one called {source.Name}, with $(CC)");
        }

        var compiled = calls.Where(c => c.Sources.Any() && !IsProbe(c)).ToArray();
        var descriptions = await Task.WhenAll(compiled.SelectMany(c => c.Sources.Select(s => Task.Run(() => Describe(s, c), cancel))))
            .ConfigureAwait(false);
        var outputs = calls.Select(c => c.Output).Append(Program).ToHashSet(StringComparer.Ordinal);
        string[] inputs =
        [
            .. source.Files.Concat(compiled.SelectMany(c => c.Inputs)).Distinct()
                .Where(f => !outputs.Contains(f) && File.Exists(f)).Order(StringComparer.Ordinal),
        ];
        return new(descriptions, said, inputs, link);
    }

    /// <summary>Links the program again, with the manifest.</summary>
    public async Task<string?> LinkAsync(CompilerCall link, string note, string buildId, CancellationToken cancel)
    {
        var linked = Path.Combine(_folder, "linked.elf");
        var run = new ToolRun(
            Wrapper, [.. link.Arguments, $"-Wl,--build-id=0x{buildId}", "-o", linked], link.Folder,
            new Dictionary<string, string?> { [CompilerWrapper.CallsVariable] = CallsFolder, [CompilerWrapper.NoteVariable] = note });
        sink.Step(new(source.Name, StepKind.Link, run.CommandLine));
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        if (result.ExitCode == 0)
        {
            return linked;
        }

        foreach (var diagnostic in LinkerOutput.Parse(result.Errors, BuildFile, link.Folder))
        {
            sink.Report(diagnostic);
        }

        return null;
    }

    /// <summary>The Makefile or CMakeLists.txt.</summary>
    public string BuildFile => Path.Combine(source.Path, source.Kind == SourceKind.CMake ? "CMakeLists.txt" : "Makefile");

    private IEnumerable<ToolRun> Runs()
    {
        var environment = new Dictionary<string, string?>
        {
            ["CC"] = Wrapper,
            ["CFLAGS"] = $"-O{options.Optimise}",
            ["LDFLAGS"] = "",
            ["MUK_OUT"] = Program,
            ["MUK_OBJ"] = _folder,
            [CompilerWrapper.CallsVariable] = CallsFolder,
        };
        if (source.Kind == SourceKind.Make)
        {
            // Everything anew: what make thinks up to date would be compiled by nobody, and so described by nobody.
            yield return new(tools.Find("make", "make"), ["--always-make", "--no-print-directory"], source.Path, environment);
            yield break;
        }

        var cmake = tools.Find("cmake", "cmake");
        var build = Path.Combine(_folder, "cmake");
        // CMake would take whichever llvm-ar it finds, of another release than the bitcode; the plain one does not look inside.
        string[] configure =
        [
            "-S", source.Path, "-B", build, $"-DCMAKE_C_COMPILER={Wrapper}", $"-DMUK_OUT={Program}",
            $"-DCMAKE_AR={tools.Find("ar", "binutils")}", $"-DCMAKE_RANLIB={tools.Find("ranlib", "binutils")}",
        ];
        yield return new(cmake, configure, source.Path, environment);
        yield return new(cmake, ["--build", build, "--clean-first"], source.Path, environment);
    }

    private CompilerCall? FindLink(IReadOnlyList<CompilerCall> calls)
    {
        CompilerCall[] links = [.. calls.Where(c => c.Links && !IsProbe(c))];
        return links.FirstOrDefault(c => c.Output == Program)
            ?? links.FirstOrDefault(c => Path.GetFileName(c.Output) == source.Name)
            ?? (links.Length == 1 ? links[0] : null);
    }

    // What CMake compiles to find out about the compiler.
    private static bool IsProbe(CompilerCall call) => call.Folder.Contains("/CMakeFiles/", StringComparison.Ordinal);

    private Description Describe(string file, CompilerCall call)
    {
        sink.Step(new(source.Name, StepKind.Describe, flags.Relative(file)));
        return Describer.Describe(file, [.. flags.Language, "-isystem", options.ChannelFolder, .. call.LanguageArguments], call.Folder);
    }

    private Made Failed(List<Diagnostic> said, string message) => new([],
        said.Any(d => d.Severity == Severity.Error) ? said : [.. said, Diagnostic.Error(Codes.MakeFailed, BuildFile, message)], [], null);

    private static string LastLine(ToolResult result) =>
        (result.Errors.TrimEnd() is { Length: > 0 } errors ? errors : result.Output.TrimEnd()).Split('\n')[^1];
}
