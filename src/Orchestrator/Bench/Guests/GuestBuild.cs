using Muk.Orchestrator.Bench.Peers;

namespace Muk.Orchestrator.Bench.Guests;

/// <summary>Builds the benchmarks' own MUKs with the ordinary rules, and the native programs they are compared with.</summary>
/// <param name="root">The repository.</param>
public sealed class GuestBuild(string root)
{
    private readonly string _sources = Path.Combine(root, "src/Orchestrator/Bench/guests");
    private readonly string _images = Path.Combine(root, "artifacts/bench/guests");
    private readonly string _dotnetSources = Path.Combine(root, "src/Orchestrator/Bench/dotnet");
    private readonly string _dotnetImages = Path.Combine(root, "artifacts/bench/dotnet");

    /// <summary>The built image of <c>guests/<paramref name="name"/></c>.</summary>
    public string Image(string name) => Path.Combine(_images, $"{name}.muk");

    /// <summary>Builds what is stale, for this host's instructions, as the native half is compiled too.</summary>
    /// <exception cref="Cli.UserErrorException">The build failed.</exception>
    public void Build(Action<string> progress)
    {
        progress("building the guests");
        Tool.Run(DotNet, [.. Arguments(_sources, _images, "guests"), "-p:MukMarch=native"]);
    }

    /// <summary>The built image of <c>dotnet/<paramref name="name"/>.cs</c>.</summary>
    public string DotnetImage(string name) => Path.Combine(_dotnetImages, $"{name}.muk");

    /// <summary>Builds what is stale of the programs in C#.</summary>
    /// <returns>Null, or why a host without NativeAOT's compiler has none of them.</returns>
    /// <exception cref="Cli.UserErrorException">A program of ours is wrong.</exception>
    public string? BuildDotnet(Action<string> progress)
    {
        progress("building the guests in C#");
        try
        {
            Tool.Run(DotNet, [.. Arguments(_dotnetSources, _dotnetImages, "dotnet"), "-p:MukMarch=native"]);
            return null;
        }
        catch (Cli.UserErrorException problem) when (CompilerIsMissing(problem.Message))
        {
            return "skipped: the .NET SDK here could not restore NativeAOT's compiler";
        }
    }

    // MUK0025: the program's project could not be restored or evaluated, before anything was compiled.
    private static bool CompilerIsMissing(string said) =>
        said.Contains("error MUK0025", StringComparison.Ordinal) && !said.Contains("error CS", StringComparison.Ordinal);

    /// <summary>A static program that prints a line and ends.</summary>
    public string NativeHello()
    {
        var program = Path.Combine(root, "artifacts/bench/hello");
        var source = Path.Combine(root, "src/Orchestrator/Bench/native/hello.c");
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < File.GetLastWriteTimeUtc(source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(program)!);
            Tool.Run("musl-gcc", ["-O2", "-static", source, "-o", program]);
        }

        return program;
    }

    private static string DotNet => Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet" ? own : "dotnet";

    private string[] Arguments(string sources, string images, string objects) =>
    [
        "msbuild", Path.Combine(root, "muks/Muks.proj"), "-restore", "-v:q", "-nologo", "-nodeReuse:false",
        $"-p:MukSources={sources}", $"-p:MukImages={images}", $"-p:MukObjects={Path.Combine(root, "artifacts/bench/obj", objects)}",
    ];
}
