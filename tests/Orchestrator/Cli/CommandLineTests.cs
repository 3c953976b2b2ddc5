using Muk.Orchestrator.Cli;

namespace Muk.Tests.Orchestrator.Cli;

/// <summary>How the words after a verb are read.</summary>
public sealed class CommandLineTests
{
    private static readonly VerbOption Flag = new("--stats", null, "a flag");
    private static readonly VerbOption Value = new("--timeout", "TIME", "an option with a value");
    private static readonly VerbSpec Spec = new("go", "goes", "[place...]", 2, [Flag, Value], [], []);

    [Fact]
    public void Options_and_arguments_may_stand_in_any_order()
    {
        var line = CommandLine.Parse(Spec, ["here", "--timeout", "2s", "there", "--stats"]);
        Assert.Equal(["here", "there"], line.Arguments);
        Assert.True(line.Has(Flag));
        Assert.Equal(TimeSpan.FromSeconds(2), line.Time(Value));
    }

    [Fact]
    public void What_is_not_there_is_absent()
    {
        var line = CommandLine.Parse(Spec, []);
        Assert.Empty(line.Arguments);
        Assert.False(line.Has(Flag));
        Assert.Null(line.Value(Value));
        Assert.Null(line.Time(Value));
    }

    [Fact]
    public void A_value_may_follow_an_equals_sign_and_hold_another() =>
        Assert.Equal("a=b", CommandLine.Parse(Spec, ["--timeout=a=b"]).Value(Value));

    [Fact]
    public void After_two_dashes_all_are_arguments() =>
        Assert.Equal(["--stats", "-x"], CommandLine.Parse(Spec, ["--", "--stats", "-x"]).Arguments);

    [Fact]
    public void A_single_dash_and_an_empty_word_are_arguments() =>
        Assert.Equal(["-", ""], CommandLine.Parse(Spec, ["-", ""]).Arguments);

    [Theory]
    [InlineData("muk go has no option --stat: did you mean --stats?", "--stat")]
    [InlineData("muk go has no option --xyzzy; see muk help go", "--xyzzy")]
    [InlineData("--stats takes no value: write just --stats", "--stats=1")]
    [InlineData("--timeout needs TIME after it; see muk help go", "--timeout")]
    [InlineData("--stats is there twice: give it once", "--stats", "--stats")]
    [InlineData("'c' is one argument too many for muk go; see muk help go", "a", "b", "c")]
    public void A_mistake_is_told_in_one_line(string said, params string[] words)
    {
        var mistake = Assert.Throws<UserErrorException>(() => CommandLine.Parse(Spec, words));
        Assert.Equal((said, ExitStatus.Usage), (mistake.Message, mistake.Status));
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("2m", 120_000)]
    [InlineData("7", 7_000)]
    [InlineData("0.5s", 500)]
    [InlineData("24.0", 24_000)]
    [InlineData("1440m", 86_400_000)]
    public void Times_are_read(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), CommandLine.ParseTime("--timeout", text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1e3s")]
    [InlineData("1441m")]
    [InlineData("1h")]
    [InlineData("1 s")]
    [InlineData("NaN")]
    public void What_is_no_time_is_refused(string text) =>
        Assert.Throws<UserErrorException>(() => CommandLine.ParseTime("--timeout", text));
}
