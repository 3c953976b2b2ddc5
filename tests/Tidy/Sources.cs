using System.Text.RegularExpressions;

namespace Muk.Tests.Tidy;

/// <summary>What holds for every source file; see CONTRIBUTING.md for the reasons.</summary>
public sealed partial class Sources
{
    private const int FileLinesMax = 400;
    private const int LineCharactersMax = 140;
    private const int CLineCharactersMax = 120;

    private static IEnumerable<string> Written(params string[] endings) =>
        Repository.Files(endings).Where(path => !path.Contains("/golden/", StringComparison.Ordinal));

    private static IEnumerable<string> Code() => Written(".cs", ".c", ".h", ".cpp", ".hpp");

    [Fact]
    public void No_file_is_longer_than_a_reader_holds_in_mind()
    {
        Assert.Empty(Code().Select(path => (path, lines: Repository.Lines(path).Length))
            .Where(file => file.lines > FileLinesMax)
            .Select(file => $"{file.path} has {file.lines} lines, the limit is {FileLinesMax}"));
    }

    [Fact]
    public void No_line_is_wider_than_a_screen()
    {
        Assert.Empty(Code().SelectMany(path =>
        {
            var limit = path.EndsWith(".cs", StringComparison.Ordinal) ? LineCharactersMax : CLineCharactersMax;
            return Repository.Lines(path).Index().Where(line => line.Item.Length > limit)
                .Select(line => $"{path}:{line.Index + 1} has {line.Item.Length} characters, the limit is {limit}");
        }));
    }

    [Fact]
    public void Unsafe_code_and_native_calls_show_in_the_file_list()
    {
        Assert.Empty(Written(".cs")
            .Where(path => !path.StartsWith("tests/Tidy/", StringComparison.Ordinal))
            .Where(path => !path.EndsWith(".Unsafe.cs", StringComparison.Ordinal) && !path.Contains("/Interop/", StringComparison.Ordinal))
            .Where(path => Unsafe().IsMatch(WithoutText(Repository.Text(path))))
            .Select(path => $"{path} is unsafe: call it *.Unsafe.cs or move it under Interop/"));
    }

    [Fact]
    public void Unsafe_code_says_why_it_is_safe()
    {
        Assert.Empty(Written(".cs")
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("build-rules/", StringComparison.Ordinal))
            .Where(path => UnsafeKeyword().IsMatch(WithoutText(Repository.Text(path))))
            .Where(path => !Repository.Text(path).Contains("SAFETY:", StringComparison.Ordinal))
            .Select(path => $"{path} has unsafe code and no '// SAFETY:' sentence"));
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        Assert.Empty(Written(".cs", ".c", ".h", ".cpp", ".hpp", ".sh", ".targets", ".props", ".proj")
            .Where(path => !path.StartsWith("tests/Tidy/", StringComparison.Ordinal))
            .SelectMany(path => Repository.Lines(path).Index().Where(line => Leftover().IsMatch(line.Item))
                .Select(line => $"{path}:{line.Index + 1}: {line.Item.Trim()}")));
    }

    [Fact]
    public void Nothing_names_the_machine_it_was_written_on()
    {
        Assert.Empty(Repository.Files()
            .Where(path => !path.StartsWith("tests/Tidy/", StringComparison.Ordinal) && !IsBinary(path))
            .SelectMany(path => Repository.Lines(path).Index().Where(line => BuilderPath().IsMatch(line.Item))
                .Select(line => $"{path}:{line.Index + 1}: {line.Item.Trim()}")));
    }

    [Fact]
    public void Every_test_is_a_sentence()
    {
        Assert.Empty(Repository.Files(".cs").Where(path => path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(path => TestMethod().Matches(Repository.Text(path))
                .Where(match => match.Groups[1].Value.Count(c => c == '_') < 2)
                .Select(match => $"{path}: {match.Groups[1].Value} does not say what holds")));
    }

    private static bool IsBinary(string path) => File.ReadAllBytes(Path.Combine(Repository.Root, path)).AsSpan().Contains((byte)0);

    private static string WithoutText(string source) => TextOrComment().Replace(source, "");

    [GeneratedRegex(@"\bunsafe\b|\[(?:LibraryImport|DllImport)\(")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeKeyword();

    [GeneratedRegex(@"//[^\n]*|/\*[\s\S]*?\*/|""(?:\\.|[^""\\\n])*""")]
    private static partial Regex TextOrComment();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX)\b|NotImplementedException|NotSupportedException\(\)|"
        + @"\bSkip\s*=\s*""|catch\s*(?:\(Exception[^)]*\))?\s*\{\s*\}")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"(?<![\w.$}])/(?:work|home|Users)/[\w.-]+")]
    private static partial Regex BuilderPath();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\]]*\])*\s*public\s+(?:static\s+)?(?:async\s+)?[\w<>]+\s+(\w+)\(")]
    private static partial Regex TestMethod();
}
