using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>The <c>dotnet</c> that this process runs on.</summary>
internal static class DotnetHost
{
    // Those of the MSBuild around this task would send another one to the wrong files.
    private static readonly string[] Inherited = ["MSBuild", "MSBUILD", "DOTNET_CLI_CONTEXT", "_MSBUILD", "CSC"];

    private static readonly string Root = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    /// <summary>Changes with the SDKs that are installed.</summary>
    public static string Version { get; } =
        Directory.Exists(Path.Combine(Root, "sdk")) ? string.Join(' ', Directory.GetDirectories(Path.Combine(Root, "sdk")).Order()) : "";

    /// <summary>A run of <c>dotnet</c>, in an environment of its own.</summary>
    public static ToolRun Run(IReadOnlyList<string> arguments, string folder)
    {
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        };
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (Inherited.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = null;
            }
        }

        return new(Path.Combine(Root, "dotnet"), arguments, folder, environment);
    }
}
