using Muk.Orchestrator.Bench.Report;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class RunFactsTests : IDisposable
{
    private const string Commit = "dbe1329aabbccddeeff00112233445566778899a";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muk-head-");

    [Fact]
    public void A_run_names_the_commit_of_a_clone()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/refs/heads/main", $"{Commit}\n");
        Assert.Equal(Commit, RunFacts.HeadOf(_folder.FullName));
    }

    [Fact]
    public void A_run_names_the_commit_of_a_worktree_whose_branch_is_packed()
    {
        Write("tree/.git", $"gitdir: {_folder.FullName}/.git/worktrees/tree\n");
        Write(".git/worktrees/tree/HEAD", "ref: refs/heads/side\n");
        Write(".git/worktrees/tree/commondir", "../..\n");
        Write(".git/packed-refs", $"# pack-refs\n{Commit} refs/heads/side\n");
        Assert.Equal(Commit, RunFacts.HeadOf(Path.Combine(_folder.FullName, "tree")));
    }

    [Fact]
    public void A_run_names_a_commit_that_is_checked_out_by_itself_and_says_so_where_there_is_none()
    {
        Assert.Equal("unknown", RunFacts.HeadOf(_folder.FullName));
        Write(".git/HEAD", $"{Commit}\n");
        Assert.Equal(Commit, RunFacts.HeadOf(_folder.FullName));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
