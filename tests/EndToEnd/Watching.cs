using System.Diagnostics;
using System.Globalization;

namespace Muk.Tests.EndToEnd;

/// <summary><c>muk build --watch</c>: edit, save, see.</summary>
public sealed class Watching : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-watch-").FullName;
    private readonly Process _muk;
    private readonly Lock _lock = new();
    private readonly List<string> _said = [];

    public Watching()
    {
        Edit("return 0;");
        _muk = Launcher.Start(
            "env", ["--default-signal=INT", Path.Combine(Launcher.Root, "muk"), "build", "--watch"], null,
            ("MUK_SOURCES", Sources), ("MUK_IMAGES", Path.Combine(_folder, "images")));
        _muk.OutputDataReceived += (_, line) => Take(line.Data);
        _muk.ErrorDataReceived += (_, line) => Take(line.Data);
        _muk.BeginOutputReadLine();
        _muk.BeginErrorReadLine();
    }

    private string Sources => Directory.CreateDirectory(Path.Combine(_folder, "sources")).FullName;

    private string Image => Path.Combine(_folder, "images", "edited.muk");

    [Fact]
    public async Task Each_edit_gives_an_image_or_says_what_is_wrong_with_it()
    {
        await SaidAsync("watching");
        var first = await File.ReadAllBytesAsync(Image);

        Edit("return 7;");
        await SaidAsync("edited  built", " ms");
        var second = await File.ReadAllBytesAsync(Image);
        Assert.NotEqual(first, second);

        Edit("return nothing;");
        await SaidAsync("edited.c:2:12: error:");
        await SaidAsync("edited  failed");

        Edit("return 7;");
        await SaidAsync("edited  up to date"); // It is as it was before the mistake.
        Assert.Equal(second, await File.ReadAllBytesAsync(Image));

        Edit("return 8;");
        await SaidAsync("edited  built");

        await File.WriteAllTextAsync(Path.Combine(Sources, "another.c"), "int main(void) { return 0; }\n");
        await SaidAsync("another  built");
        File.Delete(Path.Combine(Sources, "another.c"));
        await SaidAsync("another  removed");

        (await Launcher.RunAsync("kill", ["-INT", _muk.Id.ToString(CultureInfo.InvariantCulture)])).Expect(0);
        await _muk.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, _muk.ExitCode);
    }

    public void Dispose()
    {
        _muk.Kill(entireProcessTree: true);
        _muk.WaitForExit();
        _muk.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Edit(string body)
    {
        lock (_lock)
        {
            _said.Clear();
        }

        File.WriteAllText(Path.Combine(Sources, "edited.c"), $"int main(void) {{\n    {body}\n}}\n");
    }

    private void Take(string? line)
    {
        lock (_lock)
        {
            _said.Add(line ?? "");
        }
    }

    /// <summary>Waits for a line with these words since the last edit, on either stream: which of the two arrives first is open.</summary>
    private async Task SaidAsync(params string[] words)
    {
        await Sandbox.UntilAsync(Holds, Missing);

        bool Holds()
        {
            lock (_lock)
            {
                return _said.Exists(line => words.All(word => line.Contains(word, StringComparison.Ordinal)));
            }
        }

        string Missing()
        {
            lock (_lock)
            {
                return $"no line has {string.Join(" and ", words)}; it said since:\n{string.Join('\n', _said)}";
            }
        }
    }
}
