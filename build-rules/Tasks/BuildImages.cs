using Microsoft.Build.Framework;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks;

/// <summary>MSBuild's front door: builds the images of a folder of sources, each if it is stale, several at a time.</summary>
public sealed class BuildImages : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>The folder of sources.</summary>
    [Required]
    public required string SourceFolder { get; set; }

    /// <summary>Where images go.</summary>
    [Required]
    public required string ImageFolder { get; set; }

    /// <summary>Where everything between goes.</summary>
    [Required]
    public required string ObjectFolder { get; set; }

    /// <summary>Where <c>muk.h</c> is.</summary>
    [Required]
    public required string ChannelFolder { get; set; }

    /// <summary>Where the rules for C# are.</summary>
    [Required]
    public required string RulesFolder { get; set; }

    /// <summary>The framework of C# programs.</summary>
    public string Framework { get; set; } = "";

    /// <summary>Names of the images wanted; none for all.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>The compiler's <c>-march</c>.</summary>
    public string March { get; set; } = "";

    /// <summary>Optimisation level.</summary>
    public string Optimise { get; set; } = "";

    /// <summary>Further arguments for the compiler.</summary>
    public string[] CompilerArguments { get; set; } = [];

    /// <summary>The compiler, where it is not Debian's.</summary>
    public string Clang { get; set; } = "";

    /// <summary>The linker, where it is not Debian's.</summary>
    public string Linker { get; set; } = "";

    /// <summary>libclang, where it is not Debian's.</summary>
    public string LibClang { get; set; } = "";

    /// <summary>Images that are of their sources now, one item each; metadata <c>MukName</c> is the name.</summary>
    [Output]
    public ITaskItem[] Images { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var options = new BuildOptions
        {
            SourceFolder = Folder(SourceFolder),
            ImageFolder = Folder(ImageFolder),
            ObjectFolder = Folder(ObjectFolder),
            ChannelFolder = Folder(ChannelFolder),
            RulesFolder = Folder(RulesFolder),
            CompilerArguments = CompilerArguments,
            Tools = new ToolPaths(Clang, Linker, LibClang),
        };
        options = options with
        {
            Framework = Framework.Length > 0 ? Framework : options.Framework,
            March = March.Length > 0 ? March : options.March,
            Optimise = Optimise.Length > 0 ? Optimise : options.Optimise,
        };
        try
        {
            return Build(options, new LogSink(Log));
        }
        catch (ToolException failure)
        {
            Log.LogError(null, Codes.ToolMissing, null, null, 0, 0, 0, 0, "{0}", failure.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            Log.LogMessage(MessageImportance.High, "Cancelled: images that were not finished are as they were.");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Cancel() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();

    private bool Build(BuildOptions options, LogSink sink)
    {
        var (sources, problems) = SourceScan.Scan(options.SourceFolder);
        foreach (var problem in problems)
        {
            sink.Report(problem);
        }

        foreach (var name in Names.Where(n => sources.All(s => s.Name != n)))
        {
            sink.Report(Diagnostic.Error(Codes.NoSuchSource, options.SourceFolder, $"there is no source for '{name}'"));
        }

        var builder = new ImageBuilder(options, sink);
        builder.Prune(sources);
        var wanted = Names.Length == 0 ? sources : [.. sources.Where(s => Names.Contains(s.Name))];
        var failed = builder.BuildAsync(wanted, _cancel.Token).GetAwaiter().GetResult();
        Images =
        [
            .. wanted.Where(s => !failed.Contains(s.Name)).Select(s => new Microsoft.Build.Utilities.TaskItem(
                Path.Combine(options.ImageFolder, s.Name + ".muk"), new Dictionary<string, string> { ["MukName"] = s.Name })),
        ];
        return failed.Count == 0 && !Log.HasLoggedErrors;
    }

    private static string Folder(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
