using System.Collections.Concurrent;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>Asks the SDK how to compile programs, and keeps the answers: evaluating a project and restoring its packages takes longer
/// than compiling it, and nothing of it changes while only sources are edited. Any thread.</summary>
internal sealed class Planner(BuildOptions options)
{
    /// <summary>Folder of everything that belongs to no one C# program; no image can have this name.</summary>
    public const string FolderName = "(csharp)";

    private static readonly string[] SharedFiles =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "NuGet.config", "nuget.config", "global.json"];

    private readonly ConcurrentDictionary<string, Lazy<Task<(CompilationPlan? Plan, IReadOnlyList<Diagnostic> Problems)>>> _plans = [];

    /// <summary>What decides a program's plan, beside what the SDK and these rules are.</summary>
    /// <param name="source">The program.</param>
    /// <param name="directives">Of a file-based one.</param>
    public string Key(MukSource source, IReadOnlyList<Directive> directives)
    {
        var project = source.Kind == SourceKind.CSharpProject;
        string[] own = project
            ? [source.Path, .. Settings(source.Path).Select(Fingerprints.OfFile), .. source.Files]
            : [.. directives.Select(d => $"{d.Kind} {d.Text}"), directives.Any(d => d.Kind == "project") ? options.SourceFolder : ""];
        return Fingerprints.Of(
        [
            "plan 1", Fingerprints.Rules, options.Framework, options.March, DotnetHost.Version, .. own,
            .. Above(project ? source.Path : options.SourceFolder).SelectMany(f => new[] { f, Fingerprints.OfFile(f) }),
            .. Rules.Select(Fingerprints.OfFile),
        ]);
    }

    /// <summary>The plan of a program.</summary>
    /// <returns>No plan, and why, where its project cannot be restored or evaluated.</returns>
    public Task<(CompilationPlan? Plan, IReadOnlyList<Diagnostic> Problems)> PlanAsync(
        MukSource source, IReadOnlyList<Directive> directives, CancellationToken cancel) =>
        _plans.GetOrAdd(Key(source, directives), key => new(() => MakeAsync(source, directives, key, cancel))).Value;

    private string[] Rules => [Path.Combine(options.RulesFolder, "CSharp.props"), Path.Combine(options.RulesFolder, "CSharp.targets")];

    // Whatever is no source may be part of a project; what an editor's own build of it leaves is not.
    private static IEnumerable<string> Settings(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".csproj" or ".props" or ".targets" or ".json" or ".editorconfig" or ".config")
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            foreach (var file in SharedFiles.Select(name => Path.Combine(at, name)).Where(File.Exists))
            {
                yield return file;
            }
        }
    }

    private async Task<(CompilationPlan? Plan, IReadOnlyList<Diagnostic> Problems)> MakeAsync(
        MukSource source, IReadOnlyList<Directive> directives, string key, CancellationToken cancel)
    {
        var folder = Path.Combine(options.ObjectFolder, FolderName, key[..16]);
        var project = source.Kind == SourceKind.CSharpProject
            ? Directory.EnumerateFiles(source.Path, "*.csproj").First()
            : Path.Combine(folder, "program.csproj");
        var projectFolder = Path.GetDirectoryName(project)!;
        if (CompilationPlan.FileNames.All(name => File.Exists(Path.Combine(folder, name))))
        {
            var kept = CompilationPlan.Read(folder, projectFolder);
            if (File.Exists(kept.NativeCompiler) && kept.CscArguments.Where(a => a.StartsWith("/reference:", StringComparison.Ordinal))
                .All(a => File.Exists(a["/reference:".Length..].Trim('"'))))
            {
                return (kept, []);
            }
        }

        Directory.CreateDirectory(folder);
        if (source.Kind != SourceKind.CSharpProject)
        {
            await File.WriteAllTextAsync(project, PlanProject.Write(directives, options.SourceFolder), cancel).ConfigureAwait(false);
        }

        var run = DotnetHost.Run(
            [
                "msbuild", project, "-restore", "-t:MukPlan", "-nologo", "-v:quiet", "-nodeReuse:false", "-tl:off",
                $"-p:MukCSharpProject={project}", $"-p:MukCSharpFolder={folder}/",
                $"-p:CustomBeforeDirectoryBuildProps={Rules[0]}", $"-p:CustomAfterMicrosoftCommonTargets={Rules[1]}",
                $"-p:TargetFramework={options.Framework}", "-p:RuntimeIdentifier=linux-x64", "-p:PublishAot=true", "-p:SelfContained=true",
            ],
            projectFolder);
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        if (result.ExitCode == 0)
        {
            return (CompilationPlan.Read(folder, projectFolder), []);
        }

        var said = CSharpOutput.Parse(result.Output + "\n" + result.Errors, projectFolder)
            .Where(d => d.Severity == Severity.Error)
            .Select(d => Blame(d, source, directives)).Distinct().ToArray();
        return (null, said.Length > 0 ? said
            : [Diagnostic.Error(Codes.PlanFailed, source.Files[0],
                $"dotnet msbuild failed: {Compiler.OneLine(result.Output + result.Errors)}")]);
    }

    // The generated project is nothing that the user has seen: its errors belong to the directive that they name.
    private static Diagnostic Blame(Diagnostic diagnostic, MukSource source, IReadOnlyList<Directive> directives)
    {
        if (source.Kind == SourceKind.CSharpProject)
        {
            return diagnostic;
        }

        var directive = directives.FirstOrDefault(d => d.Split(d.Kind == "property" ? '=' : '@').Name is { Length: > 0 } name
            && diagnostic.Message.Contains(name, StringComparison.OrdinalIgnoreCase));
        return diagnostic with { File = source.Files[0], Line = directive?.Line ?? 1, Column = 1 };
    }
}
