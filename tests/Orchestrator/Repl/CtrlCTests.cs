using static Muk.Tests.Orchestrator.Repl.FakeKeyboard;

namespace Muk.Tests.Orchestrator.Repl;

/// <summary>Ctrl-C in every window of a session: each reaches the line it is meant for, and no other.</summary>
public sealed class CtrlCTests
{
    private const string Leave = ":quit\r";

    [Fact]
    public async Task Right_after_Enter_in_one_burst_of_keys_it_ends_the_run()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press($"spin\r{CtrlC}").PressAt(Moment.BeforeKeys, Leave);
        await ExpectInterruptedAsync(f);
    }

    [Fact]
    public async Task As_a_key_before_the_terminal_makes_signals_of_it_it_ends_the_run()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("spin\r").PressAt(Moment.BeforeSignals, $"{CtrlC}").PressAt(Moment.BeforeKeys, Leave);
        await ExpectInterruptedAsync(f);
    }

    [Fact]
    public async Task As_a_signal_before_the_line_has_begun_to_run_it_ends_the_run()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("spin\r").PressAt(Moment.AfterSignals, $"{CtrlC}").PressAt(Moment.BeforeKeys, Leave);
        await ExpectInterruptedAsync(f);
    }

    [Fact]
    public async Task While_images_are_brought_up_to_date_it_ends_the_line()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("spin\r").PressAt(Moment.BeforeKeys, Leave);
        f.BringImages = async interruption =>
        {
            f.Keyboard.Press($"{CtrlC}");
            await Task.Delay(Timeout.InfiniteTimeSpan, interruption);
            return f.Images;
        };
        await ExpectInterruptedAsync(f);
        Assert.Equal(0, f.Spins);
    }

    [Fact]
    public async Task While_the_run_is_under_way_it_ends_the_run_and_a_second_one_changes_nothing()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("spin\r").PressAt(Moment.BeforeKeys, Leave);
        var session = f.TypedAsync(TestContext.Current.CancellationToken);
        await RanAsync(f, 1);
        f.Keyboard.Press($"{CtrlC}{CtrlC}");
        Assert.Equal(130, await session);
        Assert.Equal(["muk: interrupted"], f.Said);
    }

    [Fact]
    public async Task After_the_run_it_is_not_held_against_the_next_line()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press("hi\r").PressAt(Moment.BeforeKeys, $"{CtrlC}hi\r").PressAt(Moment.BeforeKeys, Leave);
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["hi: hi", "hi: hi"], f.Said);
    }

    [Fact]
    public async Task In_a_line_that_is_typed_it_drops_the_line_and_not_what_is_typed_after_it()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press($"nonsense{CtrlC}hi\r").PressAt(Moment.BeforeKeys, Leave);
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["hi: hi"], f.Said);
    }

    [Fact]
    public async Task What_was_typed_before_it_is_forgotten_and_what_comes_after_it_is_not()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press($"spin\rfails\r{CtrlC}hi\r{Leave}");
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["muk: interrupted", "hi: hi"], f.Said);
    }

    [Fact]
    public async Task Lines_typed_ahead_are_done_one_after_another()
    {
        using var f = new SessionFixture();
        f.Keyboard.Press($"hi\rfails\rhi\r{CtrlD}");
        Assert.Equal(0, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["hi: hi", "muk: fails: ended with status 7", "hi: hi"], f.Said);
    }

    private static async Task ExpectInterruptedAsync(SessionFixture f)
    {
        Assert.Equal(130, await f.TypedAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["muk: interrupted"], f.Said);
    }

    private static async Task RanAsync(SessionFixture f, int times)
    {
        while (f.Spins < times)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
