namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>Programs that nobody here wrote, unchanged, do what Debian's own builds of them do.</summary>
public sealed class DebianPrograms(DebianImages images) : IClassFixture<DebianImages>
{
    public static TheoryData<string, string> All =>
        [.. DebianCase.All.SelectMany(c => ((string[])["process", "kvm"]).Select(m => (c.ToString(), m)))];

    [Theory, MemberData(nameof(All))]
    public async Task A_program_of_Debian_does_what_Debians_build_of_it_does(string what, string machine)
    {
        Machines.Need(machine);
        Assert.SkipUnless(images.Missing.Length == 0, images.Missing);
        var run = DebianCase.All.Single(c => c.ToString() == what);
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, run.Native)));
        Assert.SkipUnless(there || run.Native == DebianCase.Image, $"needs Debian's {run.Native}: apt-get install {run.Native}");
        var expected = await images.RunAsync(run, GuestProgram.Native);
        var deed = await images.RunAsync(run, machine);
        var difference = Difference.Of(expected.ToString(), deed.ToString());
        Assert.True(difference.Length == 0, $"{what}: {machine} (+) differs from the host's (-)\n{difference}");
    }
}
