namespace Muk.Tests.EndToEnd;

/// <summary>Stages of C# between stages of C, with messages that both know.</summary>
public sealed class CSharpStages
{
    [Fact]
    public async Task Typed_messages_travel_from_C_through_CSharp_to_C()
    {
        Machines.Need("kvm");
        var outcome = await Launcher.MukAsync(["run", "gen count=20 period=10 | median | stats", "--share-cores", "--machine", "kvm"]);
        Assert.Equal("count 20, least -1, most 1, mean 0.2\n", outcome.Expect(0).Out);
    }

    [Fact]
    public async Task Inspect_shows_a_struct_of_CSharp_as_one_of_C()
    {
        var outcome = (await Launcher.MukAsync(["inspect", "median", "--sizes"])).Expect(0);
        Assert.Contains("language C#", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("/*    8    8 */     double Value;", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("System.Private.CoreLib", outcome.Out, StringComparison.Ordinal);
    }
}
