namespace Muk.Build.Tasks.Images;

/// <summary>How to build, the same for every source. Folders are absolute.</summary>
public sealed record BuildOptions
{
    /// <summary>Where the sources are.</summary>
    public required string SourceFolder { get; init; }

    /// <summary>Where images go.</summary>
    public required string ImageFolder { get; init; }

    /// <summary>Where everything between goes.</summary>
    public required string ObjectFolder { get; init; }

    /// <summary>Where <c>muk.h</c> is, and under it <c>runtime</c>.</summary>
    public required string ChannelFolder { get; init; }

    /// <summary>Where <c>CSharp.props</c> and <c>CSharp.targets</c> are.</summary>
    public string RulesFolder { get; init; } = "";

    /// <summary>The framework that C# programs are compiled for: the one that NativeAOT's compiler carries.</summary>
    public string Framework { get; init; } = "net9.0";

    /// <summary>The instruction set that images may use: clang's <c>-march</c>.</summary>
    public string March { get; init; } = "x86-64-v3";

    /// <summary>Optimisation level, 0 to 3.</summary>
    public string Optimise { get; init; } = "2";

    /// <summary>Further arguments for the compiler.</summary>
    public IReadOnlyList<string> CompilerArguments { get; init; } = [];

    /// <summary>Folders to look for the tools in, as in <c>PATH</c>.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>Tools that lie elsewhere.</summary>
    public Tools.ToolPaths Tools { get; init; } = new();

    /// <summary>Sources built at a time.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Where compilers run: names in debug information and in messages are relative to it.</summary>
    public string WorkFolder => Path.GetDirectoryName(SourceFolder)!;
}
