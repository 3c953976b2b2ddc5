namespace Muk.Tests.EndToEnd;

/// <summary>The main job: the same words and counts as coreutils give, byte for byte, over real texts.</summary>
public sealed class WordCounts
{
    public static TheoryData<string, string> Texts
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var machine in new[] { "process", "kvm" })
            {
                foreach (var text in new[] { "GPL-3", "GPL-2", "LGPL-2.1", "Apache-2.0", "Artistic" })
                {
                    data.Add(machine, "/usr/share/common-licenses/" + text);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Texts))]
    public async Task Pipelines_count_words_as_coreutils_do(string machine, string text)
    {
        Machines.Need(machine);
        Assert.SkipUnless(File.Exists(text), $"needs {text}");
        var ours = await Launcher.MukAsync(["run", "tokenize | count | top n=25", "--share-cores", "--machine", machine, "--in", text]);
        var theirs = await Launcher.RunAsync(
            "sh", ["-c", @"tr -cs A-Za-z '\n' < ""$0"" | LC_ALL=C sort | uniq -c | LC_ALL=C sort -rn | head -n 25", text]);
        Assert.Equal(theirs.Expect(0).Out, ours.Expect(0).Out);
    }

    [Fact]
    public async Task An_empty_input_travels_down_the_pipeline() =>
        Assert.Equal("", (await Launcher.MukAsync(["run", "tokenize | top n=3", "--share-cores"])).Expect(0).Out);

    [Fact]
    public async Task Input_and_output_can_be_files()
    {
        var result = Path.Combine(TestFolders.New(), "result");
        var outcome = await Launcher.MukAsync(
            ["run", "tokenize | count | top n=1", "--share-cores", "--in", "/usr/share/common-licenses/GPL-3", "--out", result]);
        Assert.Equal("", outcome.Expect(0).Out);
        Assert.Equal("    309 the\n", await File.ReadAllTextAsync(result));
    }
}
