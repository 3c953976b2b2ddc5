using FsCheck;
using FsCheck.Fluent;
using Muk.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Pipelines;

public sealed class PipelineTextTests
{
    [Fact]
    public void Stages_arguments_and_labels_come_out_as_written()
    {
        var text = PipelineText.Parse("tokenize | count | top n=10 'a b' \"c\\td\" e\\ f");
        Assert.Equal(["tokenize", "count", "top"], text.Stages.Select(s => s.Name));
        Assert.Equal(["n=10", "a b", "c\td", "e f"], text.Stages[2].Arguments);
    }

    [Fact]
    public void The_second_stage_of_a_name_is_numbered()
    {
        Assert.Equal(["fir", "gen", "fir#2", "fir#3"], PipelineText.Parse("fir | gen | fir | fir").Labels);
    }

    [Fact]
    public void Ports_stand_behind_the_name()
    {
        var stage = PipelineText.Parse("gen:samples | fir:left:sum taps=3").Stages[1];
        Assert.Equal(["left", "sum"], stage.Ports);
        Assert.Equal(["taps=3"], stage.Arguments);
    }

    [Theory]
    [InlineData("a |\n b")]
    [InlineData("a \\\n | b")]
    [InlineData("a # one\n\n  # two\n | b # three\n")]
    [InlineData("\r\n a\r\n| b\r\n")]
    public void A_pipeline_may_go_over_several_lines(string text)
    {
        Assert.Equal(PipelineText.Parse("a | b"), PipelineText.Parse(text));
    }

    [Fact]
    public void A_script_has_one_pipeline_after_another()
    {
        var all = PipelineText.ParseScript("# first\na | b\n\nc x=1 |\n d\n# end");
        Assert.Equal(["a | b", "c x=1 | d"], all.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData("", 1, 1, "no pipeline")]
    [InlineData("# nothing", 1, 1, "no pipeline")]
    [InlineData("| a", 1, 1, "before '|'")]
    [InlineData("a | ", 1, 5, "missing here")]
    [InlineData("a || b", 1, 4, "missing here")]
    [InlineData("a 'b", 1, 3, "never closed")]
    [InlineData("a \"b\\q\"", 1, 5, "goes before one of")]
    [InlineData("a\nb", 2, 1, "second pipeline")]
    [InlineData("a |\nb x;y", 2, 4, "kept for later")]
    [InlineData("a@host | b", 1, 2, "other nodes")]
    [InlineData("a with restart: always", 1, 3, "'with'")]
    [InlineData("a:", 1, 3, "port's name")]
    [InlineData("a:x:x", 1, 5, "named twice")]
    [InlineData("a:x:y:z", 1, 7, "two ports at most")]
    [InlineData("fir#2", 1, 4, "cannot be part")]
    [InlineData("a\\", 1, 2, "cannot be part")]
    [InlineData("a \\", 1, 4, "nothing to escape")]
    [InlineData("é", 1, 1, "name is expected")]
    public void An_error_names_its_line_and_column(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<PipelineSyntaxException>(() => PipelineText.Parse(text));
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void The_caret_stands_under_the_place()
    {
        var error = Assert.Throws<PipelineSyntaxException>(() => PipelineText.Parse("ab |\n\tcd x(y"));
        Assert.Equal("2:6: '(' is kept for later use; quote it to pass it as it is\n  \tcd x(y\n  \t    ^", error.Message);
    }

    [Fact]
    public void Too_much_is_refused()
    {
        Assert.Throws<PipelineSyntaxException>(() => PipelineText.Parse(new string('a', PipelineText.LengthMax + 1)));
        var many = string.Join('|', Enumerable.Repeat("a", PipelineText.StagesMax + 1));
        var refusal = Assert.Throws<PipelineSyntaxException>(() => PipelineText.Parse(many));
        Assert.Contains("at most", refusal.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_parses_to_the_same()
    {
        var characters = Gen.Elements("abz09_-.=:, \t\n\r\"'\\|#;&<>(){}$`@%é∑*?~".ToCharArray());
        var argument = Gen.OneOf(
            Gen.ArrayOf(characters).Select(c => new string(c)),
            Gen.Elements("with", "", "n=", "n=a b", "=", "#x", "n=with", "--flag"));
        var name = Gen.NonEmptyListOf(Gen.Elements("abcXYZ019_-.".ToCharArray())).Select(c => new string([.. c]));
        var ports = Gen.Elements<string[]>([], ["left"], ["left", "sum"]);
        var stage = from n in name from p in ports from a in Gen.ListOf(argument) select new StageText(n, p, [.. a], 0);
        var pipeline = Gen.NonEmptyListOf(stage).Select(s => new PipelineText([.. s]));
        Prop.ForAll(pipeline.ToArbitrary(), p => PipelineText.Parse(p.ToString()).Equals(p)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_brings_anything_but_a_pipeline_or_a_syntax_error()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        const string alphabet = "ab19_-.:|\\'\"# \t\r\n=@;&<>(){}$`\0é\ud800with";
        var parsed = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            try
            {
                parsed += PipelineText.ParseScript(text).Count;
            }
            catch (PipelineSyntaxException error)
            {
                Assert.True(error.Line >= 1 && error.Column >= 1, $"seed {seed}: {text}");
            }
        }

        Assert.True(parsed > 1000, $"seed {seed}: only {parsed} texts parsed");
    }
}
