namespace Muk.Tests.Tidy;

/// <summary>C is held to the same bar.</summary>
public sealed class CSources
{
    private static IReadOnlyList<string> OwnC() =>
        [.. Repository.Files(".c", ".h").Where(path => path.StartsWith("src/", StringComparison.Ordinal))];

    [Fact]
    public void Every_header_compiles_alone()
    {
        Assert.SkipUnless(Repository.Has("clang-19"), "clang-19 is not installed: apt-get install clang-19");
        var failures = OwnC().Where(path => path.EndsWith(".h", StringComparison.Ordinal)).Select(path =>
            (path, result: Repository.Run("clang-19", "--target=x86_64-linux-musl", "-idirafter", "/usr/include/x86_64-linux-musl",
                "-std=c11",
                "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-Wno-pragma-once-outside-header", "-Wno-unused-function", "-x", "c",
                    path)))
            .Where(run => run.result.Status != 0)
            .Select(run => $"{run.path}: {run.result.Errors}");
        Assert.Empty(failures);
    }

    [Fact]
    public void C_is_formatted_as_the_house_formats_it()
    {
        var tool = new[] { "clang-format-19", "clang-format-14", "clang-format" }.FirstOrDefault(Repository.Has);
        Assert.SkipUnless(tool is not null, "clang-format is not installed: apt-get install clang-format");
        var result = Repository.Run(tool!, ["--dry-run", "-Werror", .. OwnC()]);
        Assert.True(result.Status == 0, result.Errors);
    }
}
