namespace Muk.Tests.EndToEnd;

/// <summary>What <c>muk run</c> lets stages have of the host: files where granted, memory up to a limit.</summary>
public sealed class Grants(Sandbox sandbox) : IClassFixture<Sandbox>
{
    private const string Copies =
        "#include <stdio.h>\n"
        + "int main(int count, char **words) {\n"
        + "    FILE *from = fopen(words[1], \"r\");\n"
        + "    FILE *to = count > 2 ? fopen(words[2], \"w\") : stdout;\n"
        + "    if (!from || !to) {\n"
        + "        perror(from ? words[2] : words[1]);\n"
        + "        return 3;\n"
        + "    }\n"
        + "    for (int c; (c = getc(from)) != EOF;) {\n"
        + "        putc(c, to);\n"
        + "    }\n"
        + "    return 0;\n"
        + "}\n";

    public static TheoryData<string> All => Machines.All;

    [Theory, MemberData(nameof(All))]
    public async Task A_stage_opens_what_is_granted_and_as_it_is_granted(string machine)
    {
        var data = Directory.CreateDirectory(sandbox.File($"data-{machine}")).FullName;
        string text = Path.Combine(data, "text"), copy = Path.Combine(data, "copy");
        await File.WriteAllTextAsync(text, "granted\n", TestContext.Current.CancellationToken);

        var without = (await RunAsync(machine, $"copies {text}")).Expect(3);
        Assert.Contains($"copies: {text}: ", without.Errors, StringComparison.Ordinal);
        Assert.Equal("granted\n", (await RunAsync(machine, $"copies {text}", "--grant", data)).Expect(0).Out);

        (await RunAsync(machine, $"copies {text} {copy}", "--grant", data)).Expect(3);
        Assert.False(File.Exists(copy));
        (await RunAsync(machine, $"copies {text} {copy}", "--grant", $"{text},{data}:rw")).Expect(0);
        Assert.Equal("granted\n", await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_stage_has_the_memory_it_is_given_and_no_more(string machine)
    {
        (await RunAsync(machine, "takes 16", "--memory", "64M")).Expect(0);

        // Either the memory is refused (malloc gives NULL), or the stage is ended when it touches too much.
        var outcome = await RunAsync(machine, "takes 64", "--memory", "32M");
        Assert.True(outcome.Status is 4 or 137, $"status {outcome.Status}: {outcome.Errors}");
    }

    private async Task<Outcome> RunAsync(string machine, string pipeline, params string[] options)
    {
        Machines.Need(machine);
        var sources = Directory.CreateDirectory(sandbox.File("granted")).FullName;
        await File.WriteAllTextAsync(Path.Combine(sources, "copies.c"), Copies, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(sources, "takes.c"),
            "#include <stdlib.h>\n#include <string.h>\nint main(int c, char **v) {\n    size_t n = (size_t)atoi(v[c - 1]) << 20;\n"
            + "    volatile char *p = malloc(n);\n    if (!p) {\n        return 4;\n    }\n"
            + "    for (size_t i = 0; i < n; i += 4096) {\n        p[i] = 1;\n    }\n    return 0;\n}\n",
            TestContext.Current.CancellationToken);
        return await Launcher.MukAsync(
            ["run", pipeline, "--share-cores", "--machine", machine, .. options], sandbox, "",
            ("MUK_SOURCES", sources), ("MUK_IMAGES", sandbox.File("granted-images")));
    }
}
