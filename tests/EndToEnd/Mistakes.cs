namespace Muk.Tests.EndToEnd;

/// <summary>What a user gets wrong is answered by one line that says what, where and what to do next.</summary>
public sealed class Mistakes(Sandbox sandbox) : IClassFixture<Sandbox>
{
    [Theory]
    [InlineData(2, new[] { "run", "copy |" }, new[] { "1:7" })]
    [InlineData(2, new[] { "run", "" }, new[] { "no pipeline" })]
    [InlineData(2, new[] { "run" }, new[] { "needs a pipeline" })]
    [InlineData(2, new[] { "run", "copy", "|", "copy" }, new[] { "quotes" })]
    [InlineData(2, new[] { "run", "copy", "--timeout", "soon" }, new[] { "--timeout", "30s" })]
    [InlineData(2, new[] { "run", "copy", "--machine", "vax" }, new[] { "vax", "kvm" })]
    [InlineData(2, new[] { "run", "copy", "--memory", "lots" }, new[] { "--memory", "64M" })]
    [InlineData(2, new[] { "run", "copy", "--memory", "17G" }, new[] { "17G" })]
    [InlineData(2, new[] { "run", "copy", "--grant", ":rw" }, new[] { "--grant" })]
    [InlineData(125, new[] { "run", "copy", "--grant", "/nowhere/at/all:rw" }, new[] { "/nowhere/at/all" })]
    [InlineData(2, new[] { "run", "copy", "--stat" }, new[] { "--stat", "--stats" })]
    [InlineData(2, new[] { "biuld" }, new[] { "biuld", "muk build" })]
    [InlineData(127, new[] { "run", "cop" }, new[] { "cop", "copy" })]
    [InlineData(127, new[] { "inspect", "nothing" }, new[] { "nothing", "muk ls" })]
    [InlineData(125, new[] { "run", "copy", "--in", "/nowhere/at/all" }, new[] { "/nowhere/at/all" })]
    [InlineData(125, new[] { "run", "copy", "--out", "/nowhere/at/all" }, new[] { "/nowhere/at/all" })]
    public async Task A_wrong_command_line_is_explained(int status, string[] words, string[] said) =>
        (await Launcher.MukAsync(words, sandbox)).ExpectMistake(status, said);

    /// <summary>As nohup leaves it.</summary>
    [Fact]
    public async Task A_standard_input_that_is_not_open_for_reading_is_explained() =>
        (await Launcher.RunAsync("sh", ["-c", "./muk repl 0> /dev/null"], sandbox)).ExpectMistake(125, "standard input");

    [Fact]
    public async Task Ports_that_do_not_fit_are_refused_with_both_layouts()
    {
        var outcome = await Launcher.MukAsync(["run", "narrow | wide", "--share-cores"], sandbox);
        outcome.ExpectMistake(126, "narrow", "wide");
        Assert.Contains("struct narrow", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("struct wide", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_cores_are_refused_and_the_way_out_is_named()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two cores");
        var outcome = await Launcher.RunAsync("taskset", ["-c", "0,1", Path.Combine(Launcher.Root, "muk"), "run", "copy | copy"], sandbox);
        outcome.ExpectMistake(125, "2 stages need 2 cores", "--share-cores");
    }

    [Fact]
    public async Task No_free_core_at_all_is_said()
    {
        var outcome = await Launcher.RunAsync("taskset", ["-c", "0", Path.Combine(Launcher.Root, "muk"), "run", "copy"], sandbox);
        outcome.ExpectMistake(125, "core 0 stays with the host");
    }

    [Theory]
    [InlineData("/nowhere/kvm")]
    [InlineData("/dev/null")]
    public async Task Kvm_that_is_not_there_or_does_not_work_is_named(string device) =>
        (await Launcher.MukAsync(["run", "copy", "--machine", "kvm", "--share-cores"], sandbox, "a\n", ("MUK_KVM_DEVICE", device)))
            .ExpectMistake(125, "kvm cannot be used here", "errno", "muk doctor");

    [Theory]
    [InlineData("/nowhere/kvm")]
    [InlineData("/dev/null")]
    public async Task Without_kvm_the_process_machine_takes_over(string device)
    {
        var outcome = await Launcher.MukAsync(["run", "copy", "--share-cores"], sandbox, "a\n", ("MUK_KVM_DEVICE", device));
        outcome.Expect(0);
        Assert.Equal("a\n", outcome.Out);
    }

    [Theory]
    [InlineData("MukClang", "clang-19")]
    [InlineData("MukLinker", "lld-19")]
    public async Task A_tool_that_is_missing_is_named_with_its_package(string property, string package)
    {
        var sources = Directory.CreateDirectory(sandbox.File("needs-tools")).FullName;
        await File.WriteAllTextAsync(Path.Combine(sources, "new.c"), "int main(void) {\n    return 0;\n}\n");
        var outcome = await Launcher.MukAsync(["run", "new"], sandbox, "",
            ("MUK_SOURCES", sources), ("MUK_IMAGES", sandbox.File("images-of-" + property)), (property, "/nowhere/tool"));
        outcome.ExpectMistake(127, "nothing could be built");
        Assert.Contains($"apt-get install {package}", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("/nowhere/tool", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_the_SDK_is_told_where_it_is_to_be_had()
    {
        var tools = Directory.CreateDirectory(sandbox.File("tools")).FullName;
        foreach (var tool in new[] { "bash", "env", "dirname", "readlink", "mkdir" })
        {
            File.CreateSymbolicLink(Path.Combine(tools, tool), Path.Combine("/usr/bin", tool));
        }

        (await Launcher.MukAsync(["ls"], sandbox, "", ("PATH", tools))).ExpectMistake(127, ".NET 10 SDK", "https://");
    }

    [Fact]
    public async Task A_source_that_does_not_compile_is_shown_by_line_and_fails_alone()
    {
        var sources = Directory.CreateDirectory(sandbox.File("broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(sources, "good.c"), "int main(void) {\n    return 0;\n}\n");
        await File.WriteAllTextAsync(Path.Combine(sources, "bad.c"), "int main(void) {\n    return nothing;\n}\n");
        (string, string)[] there = [("MUK_SOURCES", sources), ("MUK_IMAGES", sandbox.File("broken-images"))];

        var build = (await Launcher.MukAsync(["build"], sandbox, "", there)).Expect(1);
        Assert.Contains("bad.c:2:12: error:", build.Errors, StringComparison.Ordinal);
        Assert.Contains("good", build.Out, StringComparison.Ordinal);
        Assert.Matches(@"bad\s+failed", build.Out);

        (await Launcher.MukAsync(["run", "good", "--share-cores"], sandbox, "", there)).Expect(0);
        var refused = (await Launcher.MukAsync(["run", "bad", "--share-cores"], sandbox, "", there)).Expect(126);
        Assert.Contains("'bad' cannot be used: its source does not build", refused.Errors, StringComparison.Ordinal);

        // The image of good.c is still there after this edit, and must not be what runs.
        await File.WriteAllTextAsync(Path.Combine(sources, "good.c"), "int main(void) {\n    return 0\n}\n");
        (await Launcher.MukAsync(["run", "good", "--share-cores"], sandbox, "", there)).Expect(126);
    }
}
