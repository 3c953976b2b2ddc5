using System.Text;
using Muk.Build.Tasks.Describing;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>Brings one source's image up to date. One use.</summary>
internal sealed class SourceBuild(
    MukSource source, BuildOptions options, Toolchain tools, Flags flags, Runtime runtime, string identity, IDiagnosticSink sink)
{
    public const string StateName = "state";

    private readonly string _folder = Path.Combine(options.ObjectFolder, source.Name);
    private readonly string _image = Path.Combine(options.ImageFolder, source.Name + ".muk");

    /// <summary>Whether the image is up to date now; if not, why has been reported.</summary>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var stateFile = Path.Combine(_folder, StateName);
        var fingerprint = Fingerprints.Of(
            [tools.Stamp(), Fingerprints.Rules, source.Kind.ToString(), .. source.Files, .. flags.Compile, .. runtime.Objects]);
        if (InputState.IsCurrent(stateFile, fingerprint))
        {
            sink.Step(new(source.Name, StepKind.UpToDate, _image));
            return true;
        }

        var started = DateTime.UtcNow;
        Directory.CreateDirectory(_folder);
        string[] objects = [.. source.Files.Select(f => Path.Combine(_folder, ObjectName(f)))];
        var compiler = new Compiler(source.Name, options, tools, flags, sink);
        var describing = Task.WhenAll(source.Files.Select(f => Task.Run(() => Describe(f), cancel)));
        var compiled = await Task.WhenAll(source.Files.Zip(objects, (s, o) => compiler.CompileAsync(s, o, [], cancel))).ConfigureAwait(false);
        var (manifest, problems) = ManifestBuilder.Build(source.Name, source.Files[0], await describing.ConfigureAwait(false));
        if (!Report([.. compiled.SelectMany(r => r.Diagnostics)], problems))
        {
            return false;
        }

        string[] inputs = [.. compiled.SelectMany(r => r.Inputs).Distinct().Order(StringComparer.Ordinal)];
        var outputs = new HashSet<string> { _image, _image + ".debug" };
        manifest = manifest with { BuildHash = BuildHash(inputs) };
        var linker = new ImageLinker(source, options, tools, flags, runtime, sink);
        if (!await linker.LinkAsync(objects, manifest, LibcUse.Guess(inputs, tools), cancel).ConfigureAwait(false))
        {
            return false;
        }

        InputState.Record(fingerprint, [.. outputs, .. inputs, .. runtime.Objects], started, outputs).Save(stateFile);
        sink.Step(new(source.Name, StepKind.Image, _image));
        return true;
    }

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

    // Over what decides the image's bytes and nothing else: no path of this machine, no time.
    private byte[] BuildHash(string[] inputs) => Convert.FromHexString(Fingerprints.Of(
    [
        identity, runtime.Hash, source.Name, options.March, options.Optimise, .. options.CompilerArguments,
        .. inputs.SelectMany(i => new[] { flags.Relative(i), Fingerprints.OfFile(i) }),
    ]));

    private string ObjectName(string file)
    {
        var relative = source.Kind == SourceKind.File ? Path.GetFileName(file) : Path.GetRelativePath(source.Path, file);
        return new StringBuilder(relative).Replace('/', '~').Append(".o").ToString();
    }
}
