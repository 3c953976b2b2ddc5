namespace Muk.Build.Tasks.CSharp;

/// <summary>How the SDK would compile a program: what it gives Roslyn and the native compiler (ILC), and where those are.</summary>
/// <param name="Folder">Where the compilers run: file names among the arguments are relative to it.</param>
/// <param name="AssemblyName">As the arguments have it.</param>
/// <param name="Roslyn">Folder of <c>csc.dll</c>.</param>
/// <param name="NativeCompiler">The program <c>ilc</c>.</param>
/// <param name="Runtime">Folder of the package with NativeAOT's libraries, <c>sdk</c> and <c>framework</c> under it.</param>
/// <param name="CscArguments">Of Roslyn.</param>
/// <param name="IlcArguments">Of the native compiler.</param>
/// <param name="Packages">Assemblies that the program brings with it, absolute: those of packages and of other projects.</param>
public sealed record CompilationPlan(
    string Folder,
    string AssemblyName,
    string Roslyn,
    string NativeCompiler,
    string Runtime,
    IReadOnlyList<string> CscArguments,
    IReadOnlyList<string> IlcArguments,
    IReadOnlyList<string> Packages)
{
    /// <summary>Files that the target <c>MukPlan</c> writes.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["csc.args", "ilc.args", "references", "facts"];

    /// <summary>Reads what <c>MukPlan</c> wrote.</summary>
    /// <param name="written">The folder of its files.</param>
    /// <param name="folder">The project's folder.</param>
    public static CompilationPlan Read(string written, string folder)
    {
        var facts = File.ReadAllLines(Path.Combine(written, "facts"));
        return new(
            folder, facts[0], Path.Combine(facts[1], "bincore"), Path.Combine(facts[2], "tools", "ilc"), facts[3],
            File.ReadAllLines(Path.Combine(written, "csc.args")), File.ReadAllLines(Path.Combine(written, "ilc.args")),
            [
                .. File.ReadAllLines(Path.Combine(written, "references"))
                    .Where(f => f.EndsWith(".dll", StringComparison.Ordinal) && !IsFramework(facts[3], f))
                    .Select(f => Path.GetFullPath(f, folder)),
            ]);
    }

    /// <summary>Changes when the compilers or NativeAOT's libraries are of another version.</summary>
    public string Identity => $"{Path.GetFileName(Runtime)} {Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Roslyn)))}";

    /// <summary>The arguments for Roslyn that do not depend on the program: without sources and outputs.</summary>
    public IEnumerable<string> Options => CscArguments.Where(a => !IsSource(a) && !IsOutput(a) && a != "/noconfig");

    /// <summary>The sources, generated ones included, absolute.</summary>
    public IEnumerable<string> Sources => CscArguments.Where(IsSource).Select(a => Path.GetFullPath(a.Trim('"'), Folder));

    // The framework comes with the native compiler, and so do assemblies that packages have only for older frameworks.
    private static bool IsFramework(string runtime, string file) =>
        File.Exists(Path.Combine(runtime, "framework", Path.GetFileName(file)))
        || File.Exists(Path.Combine(runtime, "sdk", Path.GetFileName(file)));

    private static bool IsOutput(string argument) =>
        argument.StartsWith("/out:", StringComparison.Ordinal) || argument.StartsWith("/refout:", StringComparison.Ordinal)
        || argument.StartsWith("/doc:", StringComparison.Ordinal) || argument.StartsWith("/pdb:", StringComparison.Ordinal);

    // An option starts with what a path may start with as well, and a source need not be there yet.
    private static bool IsSource(string argument) =>
        argument[0] != '/' || File.Exists(argument) || argument.EndsWith("/" + PlanProject.SourceToken, StringComparison.Ordinal);
}
