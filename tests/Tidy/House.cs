namespace Muk.Tests.Tidy;

/// <summary>What the repository as a whole has to have.</summary>
public sealed class House
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("LICENSE")]
    [InlineData("Muk.sln")]
    [InlineData("muk")]
    [InlineData(".ci/run")]
    [InlineData(".editorconfig")]
    [InlineData(".clang-format")]
    [InlineData("muks/README.md")]
    [InlineData("src/Channel/c/rings.md")]
    [InlineData("src/Kernel/Linux/README.md")]
    [InlineData("src/Kernel/Machines/Kvm/README.md")]
    [InlineData("src/Kernel/Machines/Process/README.md")]
    [InlineData("build-rules/README.md")]
    public void Where_a_reader_looks_first_there_is_something_to_read(string path)
    {
        Assert.Contains(path, Repository.Files());
        Assert.NotEqual(0, new FileInfo(Path.Combine(Repository.Root, path)).Length);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Text("Muk.sln").Replace('\\', '/');
        var projects = Repository.Files(".csproj").Where(path => !path.StartsWith("muks/", StringComparison.Ordinal)
            && !path.StartsWith("examples/", StringComparison.Ordinal) && !path.Contains("/fixtures/", StringComparison.Ordinal));
        Assert.All(projects, path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_relative_link_in_a_document_leads_somewhere()
    {
        var broken =
            from path in Repository.Files(".md")
            from System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(
                Repository.Text(path), @"\]\((?!https?:|#|mailto:)([^)#\s]+)")
            let target = Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, link.Groups[1].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{path} links to {link.Groups[1].Value}";
        Assert.Empty(broken);
    }
}
