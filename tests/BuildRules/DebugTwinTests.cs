using System.Diagnostics;

namespace Muk.Tests.BuildRules;

/// <summary><c>.muk.debug</c> leads from an address of the optimised, link-time inlined image to the user's lines.</summary>
public sealed class DebugTwinTests
{
    // Everything here is inlined into main: `muk_recv` of muk.h, which is `muk_slot_recv`, `twice` by the optimiser across files.
    private const string Main =
        "#include <muk.h>\n"
        + "MUK_IN(values, int)\n"
        + "int twice(int);\n"
        + "int main(void) {\n"
        + "    const int *value = muk_recv(values);\n"
        + "    return value ? twice(*value) : 0;\n"
        + "}\n";

    [Fact]
    public void Inlined_calls_of_muk_h_and_of_another_file_are_named_with_their_lines()
    {
        using var shop = new Workshop();
        shop.Write("two/main.c", Main);
        shop.Write("two/twice.c", "int twice(int x) {\n    return x * 2 + 40961;\n}\n");
        Assert.Empty(shop.Build());
        var twin = shop.Image("two") + ".debug";

        // Every address of main, with the chain of inlined functions that it belongs to.
        var (start, bytes) = MainOf(twin);
        var addresses = Enumerable.Range(0, bytes).Select(i => $"0x{start + i:x}");
        var answer = Tool("llvm-symbolizer-19", $"--obj={twin} --inlines --basenames", string.Join('\n', addresses));
        Assert.Contains("twice\ntwice.c:2:", answer, StringComparison.Ordinal);
        Assert.Contains("muk_slot_recv\nmuk_ring.h:", answer, StringComparison.Ordinal);
        Assert.Matches(@"twice\ntwice\.c:2:\d+\nmain\nmain\.c:6:", answer);
        Assert.Matches(@"muk_slot_recv\nmuk_ring\.h:\d+:\d+\nmain\nmain\.c:5:", answer);
    }

    [Fact]
    public void Gdb_opens_the_twin_and_finds_lines_and_types()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gdb"), "there is no gdb");
        using var shop = new Workshop();
        shop.Write("typed.c",
            "#include <muk.h>\nstruct sample { long index; double value; };\nMUK_IN(samples, struct sample)\n"
            + "int main(void) {\n    const struct sample *s = muk_recv(samples);\n    return s ? (int)s->index : 0;\n}\n");
        Assert.Empty(shop.Build());
        var told = Tool("gdb", $"-nx -batch -ex \"info line main\" -ex \"ptype struct sample\" {shop.Image("typed")}.debug", "");
        Assert.Contains("muks/typed.c\" starts at address", told, StringComparison.Ordinal);
        Assert.Contains("long index;", told, StringComparison.Ordinal);
    }

    private static (long Start, int Bytes) MainOf(string twin)
    {
        var line = Tool("llvm-nm-19", $"--print-size {twin}", "").Split('\n').Single(l => l.EndsWith(" main", StringComparison.Ordinal));
        var parts = line.Split(' ');
        return (Convert.ToInt64(parts[0], 16), Convert.ToInt32(parts[1], 16));
    }

    private static string Tool(string name, string arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return output.Result;
    }
}
