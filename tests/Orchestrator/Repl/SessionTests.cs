namespace Muk.Tests.Orchestrator.Repl;

/// <summary>A session whose lines come from a script.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task The_status_is_the_last_line_s()
    {
        using var f = new SessionFixture();
        Assert.Equal(7, await f.ScriptAsync("hi", "fails"));
        Assert.Equal(0, await f.ScriptAsync("fails", "hi", "# a comment leaves it alone", ""));
    }

    [Fact]
    public async Task Quit_leaves_the_rest_of_the_script()
    {
        using var f = new SessionFixture();
        Assert.Equal(0, await f.ScriptAsync("hi", ":quit", "fails"));
        Assert.Equal(["hi: hi"], f.Said);
    }

    [Theory]
    [InlineData("nothing", 127, "muk: there is no MUK 'nothing'")]
    [InlineData("hi |", 2, "muk: ")]
    [InlineData("hi <", 2, "muk: column 4: '<' needs a file after it")]
    [InlineData("cat < /nowhere/at/all", 125, "/nowhere/at/all")]
    [InlineData(":biuld", 2, "muk: there is no :biuld: did you mean :build?")]
    [InlineData(":set timeout", 2, "muk: write :set name value")]
    [InlineData(":set colour on", 2, "muk: there is no setting 'colour'")]
    [InlineData(":set stats maybe", 2, "muk: stats is on or off, not 'maybe'")]
    [InlineData(":stats", 2, "muk: nothing has run yet")]
    public async Task A_mistake_is_said_and_the_session_goes_on(string line, int status, string said)
    {
        using var f = new SessionFixture();
        Assert.Equal(status, await f.ScriptAsync(line));
        Assert.Contains(said, f.Said[0], StringComparison.Ordinal);
        Assert.Equal(0, await f.ScriptAsync("hi"));
    }

    [Fact]
    public async Task Files_are_read_and_written_as_in_a_shell()
    {
        using var f = new SessionFixture();
        await File.WriteAllTextAsync(f.File("from"), "some text\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, await f.ScriptAsync($"cat < {f.File("from")} | cat > {f.File("to")}"));
        Assert.Equal("some text\n", await File.ReadAllTextAsync(f.File("to"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Settings_are_kept_from_line_to_line_and_shown()
    {
        using var f = new SessionFixture();
        Assert.Equal(124, await f.ScriptAsync(":set timeout 50ms", "spin"));
        await f.ScriptAsync(":set timeout off", ":set share-cores on", ":set machine process", ":set stats on", ":set");
        Assert.Equal("machine process\nshare-cores on\nstats on\ntimeout off\n", f.Out);
    }

    [Fact]
    public async Task Statistics_of_the_last_run_are_shown_when_asked_for()
    {
        using var f = new SessionFixture();
        await f.ScriptAsync("hi", ":stats");
        Assert.Contains("hi", f.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_called_off_between_two_lines_ends_at_once()
    {
        using var f = new SessionFixture();
        using var cancel = new CancellationTokenSource();
        f.BringImages = async _ =>
        {
            await cancel.CancelAsync();
            return f.Images;
        };
        f.Keyboard.Press("hi\r");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => f.TypedAsync(cancel.Token));
        Assert.Equal(["muk: interrupted"], f.Said);
    }
}
