using System.Text;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Repl;

namespace Muk.Tests.Fuzz;

/// <summary>What people and programs write: pipelines, lines of the REPL, what a build says.</summary>
public sealed class Texts
{
    private static readonly byte[][] _lines =
    [
        "tokenize | count | top n=10"u8.ToArray(),
        "gen:samples count=1000 'a b' \"c\\td\" | fir:left:sum taps=3 # fast"u8.ToArray(),
        "tokenize|count < /usr/share/common-licenses/GPL-3 > 'out file'"u8.ToArray(),
        ":set machine kvm"u8.ToArray(),
        "größe | 日本 \\\n | a@b with x"u8.ToArray(),
    ];

    [Fact]
    public void A_pipeline_is_refused_or_spelled_so_that_it_reads_the_same()
    {
        var (read, refused) = Fuzzer.Run(
            _lines,
            bytes =>
            {
                var text = PipelineText.Parse(Encoding.UTF8.GetString(bytes));
                Assert.Equal(text, PipelineText.Parse(text.ToString()));
            },
            problem => problem is PipelineSyntaxException);
        Assert.NotEqual(0, read);
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void A_line_of_the_REPL_is_read_or_refused_and_nothing_else()
    {
        var (read, refused) = Fuzzer.Run(_lines, bytes => ReplLine.Parse(Encoding.UTF8.GetString(bytes)), problem =>
            problem is UserErrorException);
        Assert.NotEqual(0, read);
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void What_a_build_says_is_taken_whatever_it_is()
    {
        var (read, _) = Fuzzer.Run(
            [
                "/src/bad.c(2,12): error MUK0001: no such thing [/src/Muks.proj]"u8.ToArray(),
                "fir: built: 8,192 bytes"u8.ToArray(),
                "MSBUILD : error MSB1009: Project file does not exist."u8.ToArray(),
            ],
            bytes => new BuildReport().Take(Encoding.UTF8.GetString(bytes)),
            problem => false);
        Assert.NotEqual(0, read);
    }
}
