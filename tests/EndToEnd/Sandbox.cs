using System.Diagnostics;
using System.Globalization;

namespace Muk.Tests.EndToEnd;

/// <summary>Images of <c>tests/guests/bad</c> and a runtime folder of its own, so that what is left behind can be seen.</summary>
public sealed class Sandbox : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-test-").FullName;

    /// <summary>Where these images are.</summary>
    public string Images => Path.Combine(_folder, "images");

    /// <summary>Where nodes keep their folders.</summary>
    public string Runtime => Path.Combine(_folder, "run");

    /// <summary>Where temporary files go.</summary>
    public string Temporary => Directory.CreateDirectory(Path.Combine(_folder, "tmp")).FullName;

    /// <summary>What points <c>./muk</c> here.</summary>
    internal IEnumerable<(string Name, string Value)> Environment =>
    [
        ("MUK_SOURCES", Path.Combine(Launcher.Root, "tests", "guests", "bad")), ("MUK_IMAGES", Images), ("MUK_RUNTIME_DIR", Runtime),
        ("TMPDIR", Temporary), // tmux has its sockets elsewhere.
        ("XDG_STATE_HOME", Path.Combine(_folder, "state")),
    ];

    /// <summary>A path in the sandbox for a test's own files.</summary>
    public string File(string name) => Path.Combine(_folder, name);

    public async ValueTask InitializeAsync() => (await Launcher.MukAsync(["build"], this)).Expect(0);

    /// <summary>Core kernels of this sandbox that still run.</summary>
    public IReadOnlyList<int> Kernels() => Having("cmdline", line => !line.StartsWith("tmux", StringComparison.Ordinal));

    /// <summary>All that was started for this sandbox and still runs, core kernels and shells too.</summary>
    public IReadOnlyList<int> Programs() => Having("environ", _ => true);

    /// <summary>Folders of nodes that are still there.</summary>
    public IReadOnlyList<string> Nodes() => Directory.Exists(Runtime) ? Directory.GetDirectories(Runtime) : [];

    /// <summary>Nothing runs any more and nothing is left; waits a little for processes that are just ending.</summary>
    public async Task ExpectNothingLeftAsync()
    {
        await UntilAsync(() => Kernels().Count == 0, "core kernels still run");
        Assert.Empty(Nodes());
        Assert.Empty(Directory.GetFileSystemEntries(Temporary));
    }

    /// <summary>Waits for something that must come to be.</summary>
    /// <param name="holds">Looked at again and again.</param>
    /// <param name="otherwise">What is wrong when it does not come to be.</param>
    /// <param name="pause">Between two looks; a twentieth of a second where it does not matter.</param>
    public static Task UntilAsync(Func<bool> holds, string otherwise, TimeSpan? pause = null) => UntilAsync(holds, () => otherwise, pause);

    /// <summary>The same with something to say that is known only then.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> otherwise, TimeSpan? pause = null)
    {
        var since = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(since) > Launcher.TimeMax)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(50));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ExpectNothingLeftAsync(); // Of no test of the class, whatever it looked for itself.
        Directory.Delete(_folder, recursive: true);
    }

    // Those with our runtime folder in one of their files.
    private List<int> Having(string file, Predicate<string> counts) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _))
            .Where(process => Read(Path.Combine(process, file)) is var text
                && text.Contains(Runtime, StringComparison.Ordinal) && counts(text))
            .Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture)),
    ];

    private static string Read(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
