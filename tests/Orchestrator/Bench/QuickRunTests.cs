using System.Text.Json;
using Muk.Channel.Interop;
using Muk.Orchestrator.Bench;
using Muk.Orchestrator.Cli;

namespace Muk.Tests.Orchestrator.Bench;

/// <summary>Counts and shapes, never times. Needs two processors, a compiler and the core kernel; skipped without.</summary>
public sealed class QuickRunTests
{
    [Fact]
    public async Task A_quick_ring_run_yields_every_row_and_loses_no_message()
    {
        NeedsKernel();
        var lines = await JsonLines("ring", "--quick", "--json");
        var rows = lines.Where(l => l.GetProperty("record").GetString() == "row").ToArray();
        Assert.All(rows.Where(r => r.TryGetProperty("aim", out _) && r.TryGetProperty("value", out _)), r =>
        {
            Assert.NotEmpty(r.GetProperty("aim").GetProperty("limit").GetString()!);
            Assert.True(r.GetProperty("aim").GetProperty("met").ValueKind is JsonValueKind.True or JsonValueKind.False);
        });
        foreach (var id in (string[])["A/A", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11"])
        {
            Assert.Contains(rows, r => r.GetProperty("id").GetString() == id);
        }

        foreach (var subject in (string[])[RingPlan.RingC, "pipe", "unix socket", ".NET Channel"])
        {
            Assert.Contains(rows, r => r.GetProperty("subject").GetString() == subject);
        }

        foreach (var subject in RingPlan.Peers)
        {
            Assert.Contains(rows, r => r.GetProperty("subject").GetString() == subject);
        }

        var cells = lines.Where(l => l.GetProperty("record").GetString() == "cell").ToArray();
        Assert.All(cells, c => Assert.Equal(0, c.GetProperty("result").GetProperty("errors").GetInt64()));
        var guests = cells.Where(c => c.GetProperty("result").TryGetProperty("guest", out _))
            .Select(c => c.GetProperty("result").GetProperty("guest")).ToArray();
        Assert.NotEmpty(guests);
        Assert.All(guests, g => Assert.True(g.GetProperty("messages").GetInt64() > 0));
        Assert.All(guests, g => Assert.Equal(0, g.GetProperty("exits").GetInt64()));
        Assert.Contains(lines, l => l.GetProperty("record").GetString() == "run");
        Assert.Contains(lines, l => l.GetProperty("record").GetString() == "floor");
    }

    [Fact]
    public async Task A_quick_call_run_has_every_way_to_call()
    {
        Assert.SkipUnless(Affinity.Get().Length >= 2, "needs two processors");
        Assert.SkipUnless(File.Exists("/usr/bin/clang++-19") || File.Exists("/usr/bin/g++"), "needs a C++ compiler");
        var rows = (await JsonLines("call", "--quick", "--json")).Where(l => l.GetProperty("record").GetString() == "row").ToArray();
        foreach (var subject in (string[])["function call", RingPlan.RingC, ".NET Channel", "futex", "pipe", "unix socket"])
        {
            Assert.Contains(rows, r => r.GetProperty("subject").GetString() == subject
                && r.GetProperty("verdict").GetString() != "notMeasured");
        }

        Assert.Contains(rows, r => r.GetProperty("id").GetString() == "A/A" && r.GetProperty("verdict").GetString() != "notMeasured");
    }

    [Fact]
    public async Task A_quick_compute_run_compares_every_kernel_with_itself_and_with_a_MUK()
    {
        NeedsKernel();
        var lines = await JsonLines("compute", "--quick", "--json");
        var all = Rows(lines);
        var dotnet = all.Where(r => (r.GetProperty("what").GetString() ?? "").StartsWith("C#", StringComparison.Ordinal)).ToArray();
        if (!WasSkipped(dotnet))
        {
            Assert.Equal(5, dotnet.Count(r => r.GetProperty("id").GetString() == "A/A"));
            Assert.Equal(!File.Exists("/dev/kvm") ? 0 : 5, dotnet.Count(r => r.GetProperty("id").GetString() == "C1"
                && r.GetProperty("subject").GetString() == "kvm C# MUK over native"
                && r.GetProperty("verdict").GetString() != "notMeasured"));
        }

        var rows = all.Except(dotnet).ToArray();
        Assert.Equal(4, rows.Count(r => r.GetProperty("id").GetString() == "A/A"));
        Assert.True(rows.Count(r => r.GetProperty("id").GetString() == "C1") is 4 or 8); // With /dev/kvm on both machines.
        Assert.All(rows, r => Assert.NotEqual("notMeasured", r.GetProperty("verdict").GetString()));
        Assert.Equal("run", lines[0].GetProperty("record").GetString());
        Assert.False(lines[0].GetProperty("facts").GetProperty("quotable").GetBoolean());
    }

    [Fact]
    public async Task A_quick_start_run_has_every_step_the_edits_and_a_control()
    {
        NeedsKernel();
        var rows = Rows(await JsonLines("start", "--quick", "--json"));
        foreach (var id in (string[])["U1", "U2", "U4", "U6"])
        {
            Assert.Contains(rows, r => r.GetProperty("id").GetString() == id);
        }

        Assert.Single(rows, r => r.GetProperty("id").GetString() == "A/A");
        Assert.Equal(2, rows.Count(r => r.GetProperty("what").GetString() == "edit one C file → its new image"
            && r.GetProperty("atLeast").GetProperty("limit").GetString() == "≤ 500"
            && r.GetProperty("verdict").GetString() != "notMeasured"));
        Assert.Contains(rows, r => r.GetProperty("id").GetString() == "U3");
        var edits = rows.Where(r => r.GetProperty("what").GetString() == "edit one C# file → its new image").ToArray();
        Assert.True(WasSkipped(edits) || edits.Length == 2);
        if (File.Exists("/dev/kvm") && !WasSkipped(edits))
        {
            Assert.Contains(rows, r => r.GetProperty("id").GetString() == "U5");
            foreach (var counted in (string[])["C# hello: exits, start to end", "C# hello: faults, start to end"])
            {
                Assert.Contains(rows, r => r.GetProperty("what").GetString() == counted
                    && r.GetProperty("subject").GetString() == "kvm C#" && r.GetProperty("verdict").GetString() is "aim" or "notMet");
            }
        }
    }

    [Theory]
    [InlineData("bench what?")]
    [InlineData("'rings'", "rings")]
    [InlineData("--rounds 0", "ring", "--rounds", "0")]
    [InlineData("--rounds few", "call", "--rounds", "few")]
    [InlineData("--seed -1", "call", "--seed", "-1")]
    [InlineData("--cores 0", "ring", "--cores", "0")]
    [InlineData("--cores 1,1", "ring", "--cores", "1,1")]
    [InlineData("--cores 0,4095", "ring", "--cores", "0,4095")]
    public async Task What_cannot_be_meant_is_one_line_that_repeats_it(string said, params string[] words)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => JsonLines(words));
        Assert.Equal(ExitStatus.Usage, error.Status);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static void NeedsKernel()
    {
        Assert.SkipUnless(Affinity.Get().Length >= 2, "needs two processors");
        Assert.SkipUnless(File.Exists("/usr/bin/clang++-19"), "needs clang-19: apt-get install clang-19");
        try
        {
            Muk.Orchestrator.Nodes.KernelProgram.Find();
        }
        catch (Muk.Orchestrator.Nodes.KernelException missing)
        {
            Assert.Skip(missing.Message);
        }
    }

    // A host without NativeAOT's compiler says so in a row.
    private static bool WasSkipped(IReadOnlyList<JsonElement> rows) =>
        rows is [var only] && (only.GetProperty("note").GetString() ?? "").StartsWith("skipped", StringComparison.Ordinal);

    private static JsonElement[] Rows(JsonElement[] lines) => [.. lines.Where(l => l.GetProperty("record").GetString() == "row")];

    private static async Task<JsonElement[]> JsonLines(params string[] words)
    {
        var verb = new BenchVerb();
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, TextStyle.Plain, TextStyle.Plain);
        var status = await verb.RunAsync(CommandLine.Parse(verb.Spec, words), terminal, TestContext.Current.CancellationToken);
        Assert.Equal(ExitStatus.Ok, status);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
    }
}
