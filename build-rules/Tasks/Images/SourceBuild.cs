using System.Text;
using Muk.Abi;
using Muk.Build.Tasks.CSharp;
using Muk.Build.Tasks.Describing;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>Brings one source's image up to date. One use.</summary>
internal sealed class SourceBuild(
    MukSource source, BuildOptions options, Toolchain tools, Flags flags, Runtime runtime, string identity,
    CSharpTools csharp, IDiagnosticSink sink)
{
    public const string StateName = "state";

    private static readonly HashSet<string> NoFeatures = [];

    private readonly string _folder = Path.Combine(options.ObjectFolder, source.Name);
    private readonly string _image = Path.Combine(options.ImageFolder, source.Name + ".muk");

    /// <summary>Whether the image is up to date now; if not, why has been reported.</summary>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var stateFile = Path.Combine(_folder, StateName);
        var fingerprint = Fingerprints.Of(
            [tools.Stamp(), Fingerprints.Rules, source.Kind.ToString(), .. SourceFiles, .. flags.Compile, .. runtime.Objects, PlanKey]);
        if (InputState.Staleness(stateFile, fingerprint) is not { } stale)
        {
            sink.Step(new(source.Name, StepKind.UpToDate, _image));
            return true;
        }

        sink.Step(new(source.Name, StepKind.Stale, stale));
        var started = DateTime.UtcNow;
        Directory.CreateDirectory(_folder);
        try
        {
            return source.Kind switch
            {
                SourceKind.Make or SourceKind.CMake => await MakeAsync(fingerprint, started, cancel).ConfigureAwait(false),
                SourceKind.CSharp or SourceKind.CSharpProject => await CSharpAsync(fingerprint, started, cancel).ConfigureAwait(false),
                _ => await CompileAsync(fingerprint, started, cancel).ConfigureAwait(false),
            };
        }
        catch (ToolException missing)
        {
            sink.Report(Diagnostic.Error(Codes.ToolMissing, source.Path, missing.Message));
            return false;
        }
    }

    private async Task<bool> CompileAsync(string fingerprint, DateTime started, CancellationToken cancel)
    {
        string[] objects = [.. source.Files.Select(f => Path.Combine(_folder, ObjectName(f)))];
        var compiler = new Compiler(source.Name, options, tools, flags, sink);
        var describing = Task.WhenAll(source.Files.Select(f => Task.Run(() => Describe(f), cancel)));
        var compiling = source.Files.Zip(objects, (s, o) => compiler.CompileAsync(s, o, [], cancel));
        var compiled = await Task.WhenAll(compiling).ConfigureAwait(false);
        var (manifest, problems) = ManifestBuilder.Build(source.Name, source.Files[0], await describing.ConfigureAwait(false));
        if (!Report([.. compiled.SelectMany(r => r.Diagnostics)], problems))
        {
            return false;
        }

        string[] inputs = [.. compiled.SelectMany(r => r.Inputs).Distinct().Order(StringComparer.Ordinal)];
        manifest = Signed(manifest, inputs);
        return await Linker.LinkAsync(objects, manifest, LibcUse.Guess(inputs, tools), cancel).ConfigureAwait(false)
            && Done(fingerprint, inputs, started);
    }

    private async Task<bool> MakeAsync(string fingerprint, DateTime started, CancellationToken cancel)
    {
        var make = new MakeBuild(source, options, tools, flags, runtime, sink);
        var made = await make.MakeAsync(cancel).ConfigureAwait(false);
        var (manifest, problems) = ManifestBuilder.Build(source.Name, make.BuildFile, made.Descriptions);
        if (!Report(made.Diagnostics, problems) || made.Link is null)
        {
            return false;
        }

        manifest = Signed(manifest, made.Inputs);
        var note = await ImageLinker.WriteNoteAsync(_folder, manifest, cancel).ConfigureAwait(false);
        var linked = await make.LinkAsync(made.Link, note, ImageLinker.BuildId(manifest), cancel).ConfigureAwait(false);
        if (linked is null || await Linker.CheckAsync(linked, cancel).ConfigureAwait(false) is not { } elf)
        {
            return false;
        }

        await Linker.InstallAsync(elf, linked, cancel).ConfigureAwait(false);
        return Done(fingerprint, made.Inputs, started);
    }

    private async Task<bool> CSharpAsync(string fingerprint, DateTime started, CancellationToken cancel)
    {
        var made = await CSharp.CompileAsync(cancel).ConfigureAwait(false);
        var (manifest, problems) = made.Description is null
            ? (null, [])
            : ManifestBuilder.Build(source.Name, source.Files[0], [made.Description]);
        if (!Report(made.Diagnostics, problems) || manifest is null || made.Plan is null || made.Runtime is null || made.Object.Length == 0)
        {
            return false;
        }

        var script = Path.Combine(_folder, "sections.ld");
        await File.WriteAllTextAsync(script, NativeLink.SectionsScript, cancel).ConfigureAwait(false);
        manifest = Signed(manifest with { Language = SourceLanguage.CSharp }, made.Inputs, made.Plan.Identity, made.Runtime.Hash);
        var around = NativeLink.Arguments(flags, tools, made.Runtime.Objects, made.Plan, script);
        return await Linker.LinkAsync([made.Object], manifest, around, cancel).ConfigureAwait(false)
            && Done(fingerprint, [.. made.Inputs, .. made.Runtime.Objects.Except(runtime.Objects)], started);
    }

    private CSharpBuild CSharp => new(source, options, csharp, sink);

    private string PlanKey => source.Kind is SourceKind.CSharp or SourceKind.CSharpProject ? CSharp.PlanKey : "";

    private ImageLinker Linker => new(source, options, tools, flags, runtime, sink);

    private bool Done(string fingerprint, IReadOnlyList<string> inputs, DateTime started)
    {
        var outputs = new HashSet<string> { _image, _image + ".debug" };
        var state = InputState.Record(fingerprint, [.. outputs, .. inputs, .. runtime.Objects], started, outputs);
        state.Save(Path.Combine(_folder, StateName));
        sink.Step(new(source.Name, StepKind.Image, $"{_image} in {(DateTime.UtcNow - started).TotalMilliseconds:0} ms"));
        return true;
    }

    // What a Makefile leaves in its folder is no new source.
    private IReadOnlyList<string> SourceFiles => source.Kind is SourceKind.Make or SourceKind.CMake
        ? [.. source.Files.Where(f => Path.GetExtension(f) is ".c" or ".h" or ".S" or ".mk" or ".txt" or ".cmake")]
        : source.Files;

    private Description Describe(string file)
    {
        sink.Step(new(source.Name, StepKind.Describe, flags.Relative(file)));
        return Describer.Describe(file, flags.Language, options.WorkFolder);
    }

    // What Muk says of a line, it says better than the compiler; a source that does not compile may well have a main.
    private bool Report(IReadOnlyList<Diagnostic> compiler, IReadOnlyList<Diagnostic> own)
    {
        var broken = compiler.Any(d => d.Severity == Severity.Error);
        Diagnostic[] told = [.. own.Where(d => !broken || d.Code != Codes.NoMain).Distinct()];
        var lines = told.Select(d => (d.File, d.Line)).ToHashSet();
        Diagnostic[] all = [.. told, .. compiler.Where(d => !lines.Contains((d.File, d.Line))).Distinct()];
        foreach (var diagnostic in all.OrderBy(d => d.File, StringComparer.Ordinal).ThenBy(d => d.Line).ThenBy(d => d.Column))
        {
            sink.Report(diagnostic);
        }

        return all.All(d => d.Severity != Severity.Error);
    }

    private Manifest Signed(Manifest manifest, IReadOnlyList<string> inputs, params string[] more) => manifest with
    {
        BuildHash = BuildHash(inputs, more),
        InstructionLevel = InstructionLevel.Of(options.March, options.March == "native" ? InstructionLevel.HostFeatures() : NoFeatures),
    };

    // Over what decides the image's bytes and nothing else: no path of this machine, no time.
    private byte[] BuildHash(IReadOnlyList<string> inputs, IReadOnlyList<string> more) => Convert.FromHexString(Fingerprints.Of(
    [
        identity, runtime.Hash, .. more, source.Name, options.March, options.Optimise, .. options.CompilerArguments,
        .. inputs.SelectMany(i => new[] { Named(i), Fingerprints.OfFile(i) }),
    ]));

    // What lies outside of the folder above the sources and is no part of the system is known by its name.
    private string Named(string input) => source.Kind is SourceKind.CSharp or SourceKind.CSharpProject
        && flags.Relative(input) == input ? Path.GetFileName(input) : flags.Relative(input);

    private string ObjectName(string file)
    {
        var relative = source.Kind == SourceKind.File ? Path.GetFileName(file) : Path.GetRelativePath(source.Path, file);
        return new StringBuilder(relative).Replace('/', '~').Append(".o").ToString();
    }
}
