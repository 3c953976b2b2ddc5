using System.Diagnostics;

namespace Muk.Tests.BuildRules;

/// <summary>What a real <c>dotnet build</c> of a project with these rules came to.</summary>
internal sealed record DotnetBuild(int ExitCode, string Output)
{
    /// <summary>Builds the sources of <paramref name="shop"/> as <c>muks/Muks.proj</c> would.</summary>
    /// <param name="shop">Its folders stand in for the repository's.</param>
    /// <param name="arguments">Further ones, such as <c>-bl:file</c>.</param>
    public static DotnetBuild Of(Workshop shop, params string[] arguments) => Run(shop.Root,
    [
        "build", Path.Combine(Workshop.Repository, "muks/Muks.proj"), "-nologo", "-v:normal", "-tl:off", "-nodeReuse:false",
        // The tasks are what this test is made of: they are built, and may not be replaced while they are in use here.
        "-p:MukTasksAreBuilt=true", $"-p:MukSources={shop.Sources}", $"-p:MukImages={shop.Options.ImageFolder}",
        $"-p:MukObjects={shop.Options.ObjectFolder}", .. arguments,
    ]);

    /// <summary>Says again what a binary log has kept, in detail.</summary>
    public static DotnetBuild Replay(Workshop shop, string log) => Run(shop.Root, ["msbuild", log, "-nologo", "-v:detailed", "-tl:off"]);

    /// <summary>Lines of errors, without the project's name behind them, each once.</summary>
    public IReadOnlyList<string> Errors =>
    [
        .. Output.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .Select(line => line.EndsWith(']') ? line[..line.LastIndexOf(" [", StringComparison.Ordinal)] : line)
            .Select(line => line[(line.IndexOf('>', StringComparison.Ordinal) + 1)..]).Distinct(),
    ];

    private static DotnetBuild Run(string folder, IReadOnlyList<string> arguments)
    {
        var scratch = TestFolders.New(); // The SDK leaves folders there.
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["TMPDIR"] = scratch },
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output + errors.Result);
    }
}
