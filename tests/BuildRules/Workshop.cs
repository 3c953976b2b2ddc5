using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Images;

namespace Muk.Tests.BuildRules;

/// <summary>A folder of sources of its own, and what building it said. Gone when disposed of.</summary>
internal sealed class Workshop : IDiagnosticSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly List<BuildStep> _steps = [];
    private readonly string _folder;

    public Workshop(string? name = null)
    {
        _folder = Directory.CreateTempSubdirectory("muk-rules-").FullName;
        Root = name is null ? _folder : Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        Directory.CreateDirectory(Sources);
    }

    public static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Muk.sln")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the repository");
            }

            return folder;
        }
    }

    public string Root { get; }

    public string Sources => Path.Combine(Root, "muks");

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    public IReadOnlyList<BuildStep> Steps => _steps;

    public BuildOptions Options => new()
    {
        SourceFolder = Sources,
        ImageFolder = Path.Combine(Root, "images"),
        ObjectFolder = Path.Combine(Root, "objects"),
        ChannelFolder = Path.Combine(Repository, "src/Channel/c"),
        RulesFolder = Path.Combine(Repository, "build-rules"),
    };

    public string Image(string name) => Path.Combine(Options.ImageFolder, name + ".muk");

    public string Write(string name, string text)
    {
        var path = Path.Combine(Sources, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Builds everything; gives the names that failed.</summary>
    public IReadOnlyList<string> Build(Func<BuildOptions, BuildOptions>? change = null)
    {
        _diagnostics.Clear();
        _steps.Clear();
        var options = change is null ? Options : change(Options);
        var (sources, problems) = SourceScan.Scan(Sources);
        _diagnostics.AddRange(problems);
        var builder = new ImageBuilder(options, this);
        builder.Prune(sources);
        return builder.BuildAsync(sources, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }

    public int Count(StepKind kind) => _steps.Count(s => s.Kind == kind && s.Source[0] != '(');

    public ElfFile Elf(string name) => ElfFile.TryRead(File.ReadAllBytes(Image(name)), out _)!;

    public Manifest Manifest(string name) => Elf(name).Manifest();

    public void Report(Diagnostic diagnostic)
    {
        lock (_lock)
        {
            _diagnostics.Add(diagnostic);
        }
    }

    public void Step(BuildStep step)
    {
        lock (_lock)
        {
            _steps.Add(step);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
