namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>Every program of <c>tests/guests</c> does the same on every machine as natively: a new file joins by being there.</summary>
public sealed class GuestPrograms(GuestImages images) : IClassFixture<GuestImages>
{
    public static TheoryData<string, string> All =>
        [.. GuestProgram.All.SelectMany(p => ((string[])["process", "kvm"]).Select(m => (p.Name, m)))];

    [Theory, MemberData(nameof(All))]
    public async Task A_program_does_what_it_does_natively(string name, string machine)
    {
        var program = GuestProgram.All.Single(p => p.Name == name);
        Assert.SkipUnless(program.Machines.Contains(machine), $"not on {machine}: {program.Reason}");
        Machines.Need(machine);
        var deed = await images.RunAsync(program, machine);
        var reference = program.Machines[0];
        if (reference == machine)
        {
            return; // It ran; on the next machine it must do the same.
        }

        var expected = await images.RunAsync(program, reference);
        var difference = Difference.Of(expected.ToString(), deed.ToString());
        Assert.True(difference.Length == 0, $"{name}: {machine} (+) differs from {reference} (-)\n{difference}");
    }

    [Fact]
    public void A_program_says_at_its_head_how_it_is_run()
    {
        var plain = GuestProgram.Read("a/plain.c", "/* Does it. */\nint main(void) { return 0; }\n/* machines: none */\n");
        Assert.Equal(("plain", "", "", 3), (plain.Name, plain.Arguments, plain.Reason, plain.Machines.Count));
        var some = GuestProgram.Read("some.c", "/* Does it.\n * arguments: a 'b c' @folder\n * machines: kvm: only there */\n");
        Assert.Equal(("a 'b c' @folder", "only there"), (some.Arguments, some.Reason));
        Assert.Equal(["kvm"], some.Machines);
        var sharp = GuestProgram.Read("s.cs", "// Does it.\n// memory: 3G\n// not compared: it never ends\nreturn;\n");
        Assert.Equal(("it never ends", 0), (sharp.Reason, sharp.Machines.Count));
        Assert.Throws<FormatException>(() => GuestProgram.Read("x.c", "/* machines: moon: why not */"));
        Assert.Throws<FormatException>(() => GuestProgram.Read("x.c", "/* machines: kvm */"));
    }

    [Fact]
    public void A_difference_shows_the_lines_that_differ_and_no_others()
    {
        Assert.Equal("", Difference.Of("a\nb\nc", "a\nb\nc"));
        Assert.Equal("@@ line 2\n- b\n+ x\n+ y\n", Difference.Of("a\nb\nc", "a\nx\ny\nc"));
        Assert.Equal("@@ line 2\n- a\n", Difference.Of("a\na\nb", "a\nb"));
    }
}
