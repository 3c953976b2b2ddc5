namespace Muk.Tests.Orchestrator.Repl;

/// <summary>A session whose terminal goes away ends as at the end of its lines.</summary>
public sealed class LostTerminalTests
{
    [Fact]
    public async Task The_session_ends_with_the_status_of_its_last_line()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("fails\r");
        f.BringImages = _ =>
        {
            f.Keyboard.IsGone = true;
            return Task.FromResult(f.Images);
        };
        Assert.Equal(7, await f.TypedAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Half_a_line_is_not_run()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("fails").IsGone = true;
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Empty(f.Said);
    }

    [Fact]
    public async Task While_a_line_runs_the_line_is_done_and_no_other()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("hi\rfails\r");
        f.BringImages = _ =>
        {
            f.Keyboard.IsGone = true;
            return Task.FromResult(f.Images);
        };
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["hi: hi"], f.Said);
    }
}
