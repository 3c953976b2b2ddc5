using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace Muk.Orchestrator.Images;

/// <summary>One thing a build had to say.</summary>
/// <param name="Level">How bad.</param>
/// <param name="Code">Such as <c>MUK0008</c>; "" for messages.</param>
/// <param name="File">Absolute, "" for none.</param>
/// <param name="Line">From 1, 0 for none.</param>
/// <param name="Column">From 1, 0 for none.</param>
/// <param name="Text">For people.</param>
public sealed record BuildLine(BuildLevel Level, string Code, string File, int Line, int Column, string Text)
{
    /// <summary>As MSBuild prints it: <c>file(line,column): error CODE: text</c>.</summary>
    public override string ToString()
    {
        var origin = File.Length == 0 ? "muk" : Line == 0 ? File : $"{File}({Line},{Column})";
        return Level == BuildLevel.Message ? Text : $"{origin}: {Level.ToString().ToLowerInvariant()} {Code}: {Text}";
    }
}

/// <summary>Levels of <see cref="BuildLine"/>.</summary>
public enum BuildLevel
{
    /// <summary>What was done: an image was built or removed.</summary>
    Message = 1,

    /// <summary>Built nevertheless.</summary>
    Warning = 2,

    /// <summary>Not built.</summary>
    Error = 3,
}

/// <summary>What a build came to.</summary>
public sealed record BuildOutcome(bool Succeeded, IReadOnlyList<BuildLine> Lines);

/// <summary>MSBuild kept warm inside this process, for edit loops: it builds <c>muks/Muks.proj</c> again and again without
/// starting anything but the compiler and the linker. Belongs to one thread.</summary>
/// <remarks>MSBuild's assemblies are those of the installed SDK: they are loaded from its folder when first needed, and
/// the package is only compiled against. The tasks (<c>Muk.Build.Tasks</c>) have to be built already.</remarks>
public sealed class WarmBuild : IDisposable
{
    private readonly Session _session;

    /// <summary>Gets MSBuild ready.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <exception cref="FileNotFoundException">There is no SDK beside the runtime; the message says what to install.</exception>
    public WarmBuild(string root)
    {
        var sdk = SdkFolder();
        // MSBuild finds its own files by this variable when it is not the program that runs.
        Environment.SetEnvironmentVariable("MSBUILD_EXE_PATH", Path.Combine(sdk, "MSBuild.dll"));
        AssemblyLoadContext.Default.Resolving += (context, name) => FromSdk(context, name, sdk);
        _session = Open(Path.Combine(root, "muks", "Muks.proj"));
    }

    /// <summary>Brings images up to date: those of <paramref name="names"/>, or all where it is empty.</summary>
    /// <param name="names">As pipelines call them.</param>
    /// <param name="properties">Further MSBuild properties, such as <c>MukSources</c>.</param>
    /// <param name="cancellation">Ends it; images that were not finished are as they were.</param>
    public BuildOutcome Build(
        IReadOnlyList<string> names, IReadOnlyDictionary<string, string> properties, CancellationToken cancellation = default) =>
        _session.Build(names, properties, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    // Not inlined: MSBuild's types are loaded when this runs, which is after the resolver has been set.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Session Open(string project) => new(project);

    private static string SdkFolder()
    {
        var shared = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(object).Assembly.Location)));
        var folder = Path.Combine(Path.GetDirectoryName(shared) ?? "/", "sdk");
        var best = Directory.Exists(folder)
            ? Directory.GetDirectories(folder)
                .Select(path => (Path: path, Version: VersionOf(path)))
                .Where(sdk => sdk.Version.Major == Environment.Version.Major && File.Exists(Path.Combine(sdk.Path, "MSBuild.dll")))
                .MaxBy(sdk => sdk.Version).Path
            : null;
        return best ?? throw new FileNotFoundException(
            $"no .NET {Environment.Version.Major} SDK in {folder}: install dotnet-sdk-{Environment.Version.Major}.0 to build images");
    }

    private static Version VersionOf(string path) =>
        Version.TryParse(Path.GetFileName(path).Split('-')[0], out var version) ? version : new Version();

    private static Assembly? FromSdk(AssemblyLoadContext context, AssemblyName name, string sdk)
    {
        var path = Path.Combine(sdk, name.Name + ".dll");
        return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    private sealed class Session(string project) : IDisposable
    {
        private readonly BuildManager _manager = new("muk");
        private readonly ProjectCollection _projects = new();

        public BuildOutcome Build(
            IReadOnlyList<string> names, IReadOnlyDictionary<string, string> more, CancellationToken cancellation)
        {
            var collector = new Collector();
            var parameters = new BuildParameters(_projects)
            {
                Loggers = [collector],
                MaxNodeCount = 1,
                EnableNodeReuse = false,
                SaveOperatingEnvironment = false,
            };
            var properties = more.ToDictionary(property => property.Key, string? (property) => property.Value);
            properties["MukNames"] = string.Join(';', names);
            properties["MukTasksAreBuilt"] = "true";
            var request = new BuildRequestData(project, properties, null, ["Build"], null);
            _manager.BeginBuild(parameters);
            try
            {
                // Registered between the two, so that a cancellation finds a build to end, however early it comes.
                using var ending = cancellation.Register(_manager.CancelAllSubmissions);
                var result = _manager.BuildRequest(request);
                return new(result.OverallResult == BuildResultCode.Success, collector.Lines);
            }
            finally
            {
                _manager.EndBuild();
            }
        }

        public void Dispose()
        {
            _manager.Dispose();
            _projects.Dispose();
        }
    }

    // MSBuild calls a logger from one thread at a time.
    private sealed class Collector : ILogger
    {
        private readonly List<BuildLine> _lines = [];

        public IReadOnlyList<BuildLine> Lines => _lines;

        public LoggerVerbosity Verbosity { get; set; } = LoggerVerbosity.Minimal;

        public string? Parameters { get; set; }

        public void Initialize(IEventSource eventSource)
        {
            eventSource.ErrorRaised += (_, e) => Add(BuildLevel.Error, e.Code, e.File, e.LineNumber, e.ColumnNumber, e.Message);
            eventSource.WarningRaised += (_, e) => Add(BuildLevel.Warning, e.Code, e.File, e.LineNumber, e.ColumnNumber, e.Message);
            eventSource.MessageRaised += (_, e) =>
            {
                if (e.Importance == MessageImportance.High)
                {
                    Add(BuildLevel.Message, "", "", 0, 0, e.Message);
                }
            };
        }

        public void Shutdown()
        {
        }

        private void Add(BuildLevel level, string? code, string? file, int line, int column, string? text) =>
            _lines.Add(new(level, code ?? "", file ?? "", line, column, text ?? ""));
    }
}
