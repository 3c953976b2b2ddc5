namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>Programs of Debian, built from its source packages by the Makefiles in <c>debian/</c>, and the folder they work in.</summary>
/// <remarks>Sources are fetched once, into <c>MUK_TEST_CACHE</c> or a folder of the user's cache: <c>debian/fetch</c>.</remarks>
public sealed class DebianImages : IAsyncLifetime
{
    private static readonly string _here = Path.Combine(Launcher.Root, "tests", "EndToEnd", "Conformance");
    private static readonly string _images = Path.Combine(Launcher.Root, "artifacts", "conformance", "debian");
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-debian-").FullName;

    /// <summary>Why there are no sources; "" where there are.</summary>
    public string Missing { get; private set; } = "";

    /// <summary>The sources of Debian's packages.</summary>
    private static string Sources => Path.Combine(Cache, "sources");

    /// <summary>The network or a disk gives the sources within this time, or there is something wrong with it.</summary>
    private static TimeSpan FetchMax => TimeSpan.FromMinutes(15);

    private static string Cache
    {
        get
        {
            var cache = System.Environment.GetEnvironmentVariable("MUK_TEST_CACHE");
            var home = System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
                ? xdg
                : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache is { Length: > 0 } ? cache : Path.Combine(home, "muk-tests"), "debian");
        }
    }

    private IEnumerable<(string, string)> Environment =>
    [
        ("MUK_DEBIAN", Sources), ("MUK_SOURCES", Path.Combine(_here, "debian")),
        ("MUK_IMAGES", _images),
        ("MUK_RUNTIME_DIR", Path.Combine(_folder, "run")), ("XDG_STATE_HOME", Path.Combine(_folder, "state")),
    ];

    public async ValueTask InitializeAsync()
    {
        var fetched = await Launcher.RunAsync(FetchMax, Path.Combine(_here, "debian", "fetch"), [Cache], null, "");
        if (fetched.Status == 3)
        {
            Missing = $"needs Debian's source packages: {fetched.Errors.Trim().Split('\n')[^1]}";
            return;
        }

        fetched.Expect(0);
        (await Launcher.RunAsync(
            FetchMax, Path.Combine(Launcher.Root, "muk"), ["build"], null, "", [.. Environment])).Expect(0);
    }

    /// <summary>Runs a case on a machine, or natively.</summary>
    internal async Task<Deed> RunAsync(DebianCase what, string machine)
    {
        var work = Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName;
        try
        {
            File.Copy(DebianCase.Text, Path.Combine(work, "text"));
            string Filled(string words) => words
                .Replace("@scripts", Path.Combine(_here, "scripts"), StringComparison.Ordinal)
                .Replace("@sources", Sources, StringComparison.Ordinal).Replace("@folder", work, StringComparison.Ordinal);
            return machine == GuestProgram.Native
                ? await Deed.NativelyAsync(
                    "bash", ["-c", $"exec -a {what.Program} \"$0\" {Filled(what.Arguments)}", Native(what)], Filled(what.Input), work)
                : await Deed.OnMachineAsync(
                    machine, $"{what.Program} {Filled(what.Arguments)}", Filled(what.Input),
                    $"{Sources},{Path.Combine(_here, "scripts")},{work}:rw", work, Environment);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // An image is an ordinary program of Linux too.
    private static string Native(DebianCase what) =>
        what.Native == DebianCase.Image ? Path.Combine(_images, what.Program + ".muk") : what.Native;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
