namespace Muk.Tests.BuildRules;

/// <summary>The manifest says of an output whether its messages are only copied into the ring.</summary>
public sealed class CopyingPortTests
{
    private const string Ports =
        "#include <muk.h>\nMUK_IN(numbers, long)\nMUK_OUT(one, long)\nMUK_OUT(two, long)\nMUK_OUT(lines, muk_bytes)\n";

    [Theory]
    [InlineData("long n = 1; muk_send(one, &n); muk_try_send(two, &n); muk_send_many(two, &n, 1); muk_send_bytes(lines, &n, 8);",
        "one two lines err")]
    [InlineData("long *n = muk_claim(one); if (n) { *n = 1; muk_commit(one); } muk_send(two, n);", "two lines err")]
    [InlineData("long *n = muk_try_claim(two); return n != 0;", "one lines err")]
    [InlineData("size_t many = 2; return muk_claim_many(one, &many) != 0;", "two lines err")]
    [InlineData("size_t many = 2; return muk_try_claim_many(two, &many) != 0;", "one lines err")]
    [InlineData("return muk_claim_bytes(lines, 8) != 0;", "one two err")]
    [InlineData("return muk_try_claim_bytes(lines, 8) != 0;", "one two err")]
    [InlineData("struct muk_port *port = &one.port; return muk_slot_claim(port, 8, 8, MUK_TRY) != 0;", "err")]
    [InlineData("return muk_record_claim(&lines.port, 8, MUK_TRY) != 0;", "err")]
    [InlineData("return muk_error(numbers) == MUK_ENDED;", "one two lines err")]
    public void What_is_built_in_place_is_told_by_port_and_by_the_code_that_is_left(string code, string copied)
    {
        using var shop = new Workshop();
        shop.Write("many/main.c", Ports + "int other(void);\nint main(void) { return other(); }\n");
        shop.Write("many/other.c", $$"""
            #include <muk.h>
            MUK_USE_IN(numbers, long)
            MUK_USE_OUT(one, long)
            MUK_USE_OUT(two, long)
            MUK_USE_OUT(lines, muk_bytes)
            int other(void);
            int never(void);
            int other(void) { {{code}} return 0; }
            int never(void) { return muk_claim(one) != 0; }
            """);
        Assert.Empty(shop.Build());
        var manifest = shop.Manifest("many");
        Assert.Equal(copied, string.Join(' ', manifest.Ports.Where(p => p.Copies).Select(p => p.Name)));
    }

    [Fact]
    public void A_program_without_ports_copies_and_so_does_one_that_a_Makefile_builds()
    {
        using var shop = new Workshop();
        shop.Write("hello.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n");
        shop.Write("made/Makefile", "$(MUK_OUT): main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n");
        shop.Write("made/main.c", Ports + "int main(void) { long n = 1; return muk_send(one, &n) + (muk_claim(two) != 0); }\n");
        Assert.Empty(shop.Build());
        Assert.Equal(["out", "err"], shop.Manifest("hello").Ports.Where(p => p.Copies).Select(p => p.Name));
        Assert.Equal(["one", "lines", "err"], shop.Manifest("made").Ports.Where(p => p.Copies).Select(p => p.Name));
    }
}
