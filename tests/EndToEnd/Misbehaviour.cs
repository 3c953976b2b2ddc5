namespace Muk.Tests.EndToEnd;

/// <summary>MUKs that misbehave cost themselves their run, say why in one line, and leave nothing behind.</summary>
public sealed class Misbehaviour(Sandbox sandbox) : IClassFixture<Sandbox>
{
    public static TheoryData<string> All => Machines.All;

    [Theory, MemberData(nameof(All))]
    public async Task A_crash_names_signal_reason_and_line(string machine)
    {
        var outcome = await RunAsync(machine, "crash", "go\n");
        outcome.Expect(128 + 11);
        Assert.Equal("before\n", outcome.Out);
        Assert.Contains("0x10", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("crash.c:5", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("crash.c:14", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_write_through_a_null_pointer_faults_at_its_line(string machine)
    {
        var outcome = (await RunAsync(machine, "null")).Expect(128 + 11);
        Assert.Contains("write to 0x0: nothing is mapped there", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("null.c:4", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>So a program may read what it builds in place: nobody else writes there.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task A_reader_that_writes_what_is_built_in_place_faults(string machine)
    {
        var outcome = await RunAsync(machine, "builds | meddles");
        outcome.Expect(128 + 11);
        Assert.Contains("meddles.c:8", outcome.Errors, StringComparison.Ordinal);
        (await RunAsync(machine, "copies | meddles")).Expect(0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Abort_is_signal_six(string machine)
    {
        var outcome = (await RunAsync(machine, "gives_up")).Expect(128 + 6);
        Assert.Contains("abort", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>Memory is committed as it is used in a virtual machine, which ends what uses too much; a process is refused
    /// when it asks, and this one then gives up.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task One_that_uses_all_its_memory_is_ended_or_refused_more(string machine)
    {
        var outcome = await RunAsync(machine, "hog", "", "--timeout", "30s");
        outcome.ExpectMistake(machine == "kvm" ? 137 : 3, "hog");
        Assert.Contains("out of memory", outcome.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(All))]
    public async Task One_that_spins_is_ended_by_the_timeout(string machine) =>
        (await RunAsync(machine, "spin", "", "--timeout", "500ms")).ExpectMistake(124, "no end after 0.5 s", "spin");

    [Theory, MemberData(nameof(All))]
    public async Task One_that_never_reads_holds_up_its_writer_until_the_timeout(string machine) =>
        (await RunAsync(machine, "forever | spin", "", "--timeout", "1s")).ExpectMistake(124, "no end after 1 s");

    [Theory, MemberData(nameof(All))]
    public async Task One_that_never_writes_holds_up_its_reader_until_the_timeout(string machine) =>
        (await RunAsync(machine, "mute | copy", "a\n", "--timeout", "1s")).ExpectMistake(124, "no end after 1 s");

    [Theory, MemberData(nameof(All))]
    public async Task The_first_failing_stage_gives_the_status(string machine)
    {
        var outcome = (await RunAsync(machine, "copy | fails 7 | copy", "one\ntwo\n")).ExpectMistake(7, "fails", "7");
        Assert.Contains("fails: that is all I wanted\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_reader_that_has_had_enough_is_no_failure_of_its_writer(string machine)
    {
        var outcome = (await RunAsync(machine, "forever | fails 0")).Expect(0);
        Assert.Equal("", outcome.Out);
    }

    private async Task<Outcome> RunAsync(string machine, string pipeline, string input = "", params string[] options)
    {
        Machines.Need(machine);
        var outcome = await Launcher.MukAsync(["run", pipeline, "--machine", machine, "--share-cores", .. options], sandbox, input);
        await sandbox.ExpectNothingLeftAsync();
        return outcome;
    }
}
