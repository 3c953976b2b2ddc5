using Muk.Build.Tasks.Describing;
using Muk.Build.Tasks.Describing.CSharp;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;

namespace Muk.Build.Tasks.CSharp;

/// <summary>Compiles one C# program: plan, Roslyn, the IL read for ports and types, the native compiler. One use.</summary>
internal sealed class CSharpBuild(MukSource source, BuildOptions options, CSharpTools shared, IDiagnosticSink sink)
{
    // csc's "must be a non-nullable value type, along with all fields at any level of nesting".
    private const string NotUnmanaged = "CS8377";

    private readonly string _folder = Path.Combine(options.ObjectFolder, source.Name);

    /// <summary>A compiled program.</summary>
    /// <param name="Diagnostics">What the compilers said.</param>
    /// <param name="Inputs">What it was made from: sources, packages' assemblies.</param>
    /// <param name="Object">Machine code; "" where that failed.</param>
    /// <param name="Description">Ports, types and comments; null where Roslyn failed.</param>
    /// <param name="Plan">How; null where there is none.</param>
    /// <param name="Runtime">What to link it with.</param>
    internal sealed record Made(
        IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Inputs, string Object = "", Description? Description = null,
        CompilationPlan? Plan = null, Runtime? Runtime = null);

    /// <summary>What decides the plan, for the fingerprint of the image.</summary>
    public string PlanKey => shared.Planner.Key(source, Directives());

    /// <summary>Compiles it.</summary>
    public async Task<Made> CompileAsync(CancellationToken cancel)
    {
        var directives = Directives();
        if (PlanProject.Problems(directives, source.Files[0]).ToArray() is { Length: > 0 } wrong)
        {
            return new(wrong, []);
        }

        var planning = shared.Planner.PlanAsync(source, directives, cancel);
        if (await shared.BuildAsync(cancel).ConfigureAwait(false) is not var (library, runtime))
        {
            return new([Diagnostic.Error(Codes.CompilerFailed, source.Files[0], "the library for C# programs was not built")], []);
        }

        var (plan, problems) = await planning.ConfigureAwait(false);
        if (plan is null)
        {
            return new(problems, []);
        }

        var token = Path.GetFullPath(PlanProject.SourceToken, plan.Folder);
        string[] sources = [.. plan.Sources.Select(s => s == token ? source.Path : s)];
        var assembly = Path.Combine(_folder, source.Name + ".dll");
        var (compiled, said) = await new Roslyn(source.Name, options, sink)
            .CompileAsync(plan, sources, assembly, [$"/reference:\"{library}\""], cancel).ConfigureAwait(false);
        said = [.. said.Select(Explained)];
        if (!compiled)
        {
            return new(said, []);
        }

        // First, and not beside the native compiler, which takes far longer: a mistake in a message is told at once.
        var description = Describe(assembly);
        if (description.Problems.Any(d => d.Severity == Severity.Error))
        {
            return new(said, [], "", description);
        }

        var native = Path.Combine(_folder, source.Name + ".o");
        var (translated, more) = await new NativeCompiler(source.Name, options, sink)
            .CompileAsync(plan, assembly, library, native, cancel).ConfigureAwait(false);
        more = [.. more.Select(d => d.File.Length > 0 ? d : d with { File = source.Files[0] })];
        string[] inputs =
            [.. sources.Where(s => !s.StartsWith(options.ObjectFolder, StringComparison.Ordinal)), library, .. plan.Packages];
        return new([.. said, .. more], inputs, translated ? native : "", description, plan, runtime);
    }

    private IReadOnlyList<Directive> Directives() =>
        source.Kind == SourceKind.CSharp && File.Exists(source.Path) ? Directive.Read(File.ReadAllText(source.Path)) : [];

    private Description Describe(string assembly)
    {
        sink.Step(new(source.Name, StepKind.Describe, Path.GetRelativePath(options.WorkFolder, source.Path)));
        return AssemblyDescriber.Describe(assembly, source.Files[0], options.WorkFolder);
    }

    private static Diagnostic Explained(Diagnostic said) => said.Code != NotUnmanaged ? said : said with
    {
        Code = Codes.ReferenceInMessage,
        Message = said.Message + " A message crosses a ring as bytes: no field of it may be a class, a string or an array; "
            + "use a fixed buffer or an [InlineArray] struct",
    };
}
