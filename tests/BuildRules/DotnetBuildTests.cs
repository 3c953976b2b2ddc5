namespace Muk.Tests.BuildRules;

/// <summary>The rules as MSBuild's users meet them: by <c>dotnet build</c>, its exit status, its text and its binary log.</summary>
public sealed class DotnetBuildTests
{
    private const string Main = "int main(void) { return 0; }\n";

    [Fact]
    public void A_broken_source_fails_the_build_at_its_file_line_and_column_and_the_whole_one_beside_it_is_built()
    {
        using var shop = new Workshop();
        var broken = shop.Write("broken.c",
            "#include <muk.h>\nstruct s { char *p; };\nMUK_IN(x, struct s)\nint main(void) { return nothing; }\n");
        shop.Write("whole.c", Main);
        var build = DotnetBuild.Of(shop);
        Assert.Equal(1, build.ExitCode);
        Assert.Equal(2, build.Errors.Count);
        Assert.StartsWith($"{broken}(2,18): error MUK0008: ", build.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith(
            $"{broken}(4,25): error clang: use of undeclared identifier 'nothing'", build.Errors[1], StringComparison.Ordinal);
        Assert.True(File.Exists(shop.Image("whole")));
        Assert.False(File.Exists(shop.Image("broken")));
    }

    [Fact]
    public void Builds_are_incremental_by_source_and_the_log_says_what_was_done_for_each_and_why()
    {
        using var shop = new Workshop();
        var value = shop.Write("value.h", "#define VALUE 1\n");
        shop.Write("a.c", "#include \"value.h\"\nint main(void) { return VALUE; }\n");
        var gone = shop.Write("b.c", Main);
        Assert.Equal(0, DotnetBuild.Of(shop).ExitCode);

        var images = new[] { "a", "b" }.ToDictionary(name => name, name => File.GetLastWriteTimeUtc(shop.Image(name)));
        var idle = DotnetBuild.Of(shop, "-v:detailed");
        Assert.Equal(0, idle.ExitCode);
        Assert.Contains("a: up to date", idle.Output, StringComparison.Ordinal);
        Assert.All(images, image => Assert.Equal(image.Value, File.GetLastWriteTimeUtc(shop.Image(image.Key))));

        shop.Write("value.h", "#define VALUE 2\n");
        File.Delete(gone);
        var log = Path.Combine(shop.Root, "build.binlog");
        Assert.Equal(0, DotnetBuild.Of(shop, $"-bl:{log}").ExitCode);
        Assert.NotEqual(images["a"], File.GetLastWriteTimeUtc(shop.Image("a")));
        Assert.False(File.Exists(shop.Image("b")));
        var told = DotnetBuild.Replay(shop, log).Output;
        Assert.Contains($"a: stale: {value} has changed", told, StringComparison.Ordinal);
        Assert.Matches(@"a: compile: \S*clang-19 .*a\.c", told);
        Assert.Matches(@"a: link: \S*ld\.lld-19 .*", told);
        Assert.Matches(@"a: built: .* in [0-9]+ ms", told);
        Assert.Contains("b: removed, its source is gone", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MukClang", "clang-19", "clang-19")]
    [InlineData("MukLinker", "ld.lld-19", "lld-19")]
    [InlineData("MukLibClang", "libclang", "libclang1-19")]
    public void A_tool_that_is_not_there_is_one_error_that_names_its_package(string property, string tool, string package)
    {
        using var shop = new Workshop();
        shop.Write("a.c", Main);
        var build = DotnetBuild.Of(shop, $"-p:{property}=/nowhere/{tool}");
        Assert.Equal(1, build.ExitCode);
        var error = Assert.Single(build.Errors);
        Assert.EndsWith($"error MUK0001: {tool} is not at /nowhere/{tool}: install the Debian package {package} "
            + $"(apt-get install {package}), or set {property} to where it is", error, StringComparison.Ordinal);
        Assert.False(File.Exists(shop.Image("a")));
    }
}
