using System.Text.Json;
using Muk.Channel.Interop;
using Muk.Orchestrator.Bench;
using Muk.Orchestrator.Cli;

namespace Muk.Tests.Orchestrator.Bench;

/// <summary>Needs two processors and a C++ compiler; skipped without.</summary>
public sealed class QuickRunTests
{
    [Fact]
    public async Task A_quick_ring_run_yields_every_row_and_loses_no_message()
    {
        Assert.SkipUnless(Affinity.Get().Length >= 2, "needs two processors");
        Assert.SkipUnless(File.Exists("/usr/bin/clang++-19") || File.Exists("/usr/bin/g++"), "needs a C++ compiler");
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
    }

    [Fact]
    public async Task An_unknown_benchmark_is_a_wrong_command_line()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => JsonLines("rings"));
        Assert.Equal(ExitStatus.Usage, error.Status);
    }

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
