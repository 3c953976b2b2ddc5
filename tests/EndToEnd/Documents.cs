using System.Text.RegularExpressions;

namespace Muk.Tests.EndToEnd;

/// <summary>What the documents promise is run, and gives what they show.</summary>
public sealed partial class Documents
{
    private const string Mark = "<!-- run -->";

    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            var lines = File.ReadAllLines(Path.Combine(Launcher.Root, "README.md"));
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i] != Mark)
                {
                    continue;
                }

                for (i += 2; lines[i] != "```"; i++)
                {
                    Assert.StartsWith("$ ", lines[i], StringComparison.Ordinal);
                    var output = lines.Skip(i + 1).TakeWhile(line => !line.StartsWith("$ ", StringComparison.Ordinal)
                        && line != "```").ToList();
                    data.Add(lines[i][2..], string.Concat(output.Select(line => line + "\n")));
                    i += output.Count;
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Examples =>
        [.. Directory.GetDirectories(Path.Combine(Launcher.Root, "examples")).Select(folder => Path.GetFileName(folder))];

    /// <summary>Lines are compared without sizes and times at their ends: those differ from host to host.</summary>
    [Theory, MemberData(nameof(Commands))]
    public async Task The_README_shows_what_its_commands_give(string command, string output)
    {
        var images = Path.Combine(Launcher.Root, "artifacts", "readme");
        if (command.Contains("./muk build", StringComparison.Ordinal) && Directory.Exists(images))
        {
            Directory.Delete(images, recursive: true); // The README builds for the first time.
        }

        var outcome = (await Launcher.RunAsync("sh", ["-c", command])).Expect(0);
        Assert.Equal(output, Size().Replace(outcome.Out, ""));
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task An_example_gives_what_it_expects(string example)
    {
        var folder = Path.Combine(Launcher.Root, "examples", example);
        var outcome = (await Launcher.RunAsync(Path.Combine(folder, "run"), [])).Expect(0);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, "expected")), outcome.Out);
    }

    [Fact]
    public async Task Every_verb_has_a_help_page_with_an_example()
    {
        foreach (var verb in new[] { "build", "ls", "inspect", "run", "repl", "doctor", "bench", "demo", "test", "help" })
        {
            var page = (await Launcher.MukAsync(["help", verb])).Expect(0).Out;
            Assert.Contains($"muk {verb}", page, StringComparison.Ordinal);
            Assert.Contains("Examples:", page, StringComparison.Ordinal);
            Assert.Equal(page, (await Launcher.MukAsync([verb, "--help"])).Expect(0).Out);
        }
    }

    [Fact]
    public async Task The_demo_finds_its_result_equal_to_coreutils()
    {
        var demo = (await Launcher.MukAsync(["demo"])).Expect(0).Out;
        Assert.Contains("the same ten lines, byte for byte", demo, StringComparison.Ordinal);
        Assert.Contains("    309 the\n", demo, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"  [\d.]+ [KM]?B$", RegexOptions.Multiline)]
    private static partial Regex Size();
}
