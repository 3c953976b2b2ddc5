using Muk.Orchestrator.Cli.Building;

namespace Muk.Tests.Orchestrator.Cli;

/// <summary>What is read out of MSBuild's output.</summary>
public sealed class BuildReportTests
{
    [Theory]
    [InlineData("/m/a.c(3,7): error MUK0008: no such thing [/m/Muks.proj]", "/m/a.c", 3, 7, "error", "MUK0008", "no such thing")]
    [InlineData("  /m/a.c(3,7): warning MUK0001: careful", "/m/a.c", 3, 7, "warning", "MUK0001", "careful")]
    [InlineData("/m/a.cs(3,7,3,9): error CS0103: the name", "/m/a.cs", 3, 7, "error", "CS0103", "the name")]
    [InlineData("/m/a.c(3): error X1: text", "/m/a.c", 3, 0, "error", "X1", "text")]
    [InlineData("/m/a.targets : error MUK0001: no clang-19", "/m/a.targets", 0, 0, "error", "MUK0001", "no clang-19")]
    [InlineData("MSBUILD : error MSB1009: Project file does not exist.", "MSBUILD", 0, 0, "error", "MSB1009",
        "Project file does not exist.")]
    [InlineData("ld.lld: error: undefined symbol: f", "ld.lld", 0, 0, "error", "", "undefined symbol: f")]
    public void A_diagnostic_is_taken_apart(string line, string file, int row, int column, string severity, string code, string text)
    {
        var report = new BuildReport();
        Assert.Equal(new BuildDiagnostic(file, row, column, severity, code, text), report.Take(line));
        Assert.Null(report.Take(line)); // Each is shown once, though MSBuild repeats all of them at the end.
        Assert.Single(report.Diagnostics);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Build succeeded.")]
    [InlineData("    0 Error(s)")]
    [InlineData("Time Elapsed 00:00:01.00")]
    [InlineData("fir: compiled: 12 ms")]
    public void Other_lines_are_nothing(string line)
    {
        var report = new BuildReport();
        Assert.Null(report.Take(line));
        Assert.Empty(report.Diagnostics);
        Assert.Empty(report.Built);
        Assert.Empty(report.Removed);
    }

    [Fact]
    public void What_was_built_and_removed_is_known_by_name()
    {
        var report = new BuildReport();
        report.Take("  fir: built: 21 KB");
        report.Take("  old-one_2: removed: its source is gone");
        Assert.Equal(["fir"], report.Built);
        Assert.Equal(["old-one_2"], report.Removed);
    }

    [Theory]
    [InlineData("/m/sub/a.c", "/m", 3, 7, "sub/a.c:3:7: error: text")]
    [InlineData("/other/a.c", "/m", 3, 0, "/other/a.c:3: error: text")]
    [InlineData("ld.lld", "/m", 0, 0, "ld.lld: error: text")]
    public void A_diagnostic_is_spelt_as_compilers_do(string file, string folder, int row, int column, string said) =>
        Assert.Equal(said, new BuildDiagnostic(file, row, column, "error", "X1", "text").Spell(folder));
}
