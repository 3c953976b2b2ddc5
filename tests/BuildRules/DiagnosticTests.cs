using Muk.Build.Tasks.Diagnostics;

namespace Muk.Tests.BuildRules;

public sealed class DiagnosticTests
{
    private const string Main = "int main(void) { return 0; }\n";

    [Theory]
    [InlineData("struct s { char *p; };\nMUK_IN(x, struct s)", Codes.PointerInMessage, 2, 18)]
    [InlineData("struct s { int *p[4]; };\nMUK_IN(x, struct s)", Codes.PointerInMessage, 2, 17)]
    [InlineData("MUK_IN(x, char *)", Codes.PointerInMessage, 2, 1)]
    [InlineData("struct s { int b : 3; };\nMUK_IN(x, struct s)", Codes.BitFieldInMessage, 2, 16)]
    [InlineData("union u { int a; float b; };\nMUK_IN(x, union u)", Codes.UnsupportedInMessage, 3, 1)]
    [InlineData("struct s { int a; union { int b; float c; }; };\nMUK_IN(x, struct s)", Codes.UnsupportedInMessage, 2, 19)]
    [InlineData("struct s { long double d; };\nMUK_IN(x, struct s)", Codes.UnsupportedInMessage, 2, 24)]
    [InlineData("struct s { int n; int tail[]; };\nMUK_IN(x, struct s)", Codes.UnsupportedInMessage, 2, 23)]
    [InlineData("MUK_IN(x, int)\nMUK_IN(x, int)", Codes.PortTwice, 3, 1)]
    [InlineData("MUK_IN(err, int)", Codes.ReservedPort, 2, 1)]
    [InlineData("MUK_IN(a_name_that_is_far_too_long_for_it, int)", Codes.PortNameTooLong, 2, 1)]
    public void What_cannot_be_a_port_is_an_error_at_its_line_and_column(string text, string code, int line, int column)
    {
        using var shop = new Workshop();
        var file = shop.Write("bad.c", $"#include <muk.h>\n{text}\n{Main}");
        Assert.Equal(["bad"], shop.Build());
        var found = Assert.Single(shop.Diagnostics);
        Assert.Equal((code, file, line, column), (found.Code, found.File, found.Line, found.Column));
        Assert.False(File.Exists(shop.Image("bad")));
    }

    [Fact]
    public void The_sixty_fourth_declared_port_is_one_too_many()
    {
        using var shop = new Workshop();
        shop.Write("many.c", "#include <muk.h>\n" + string.Concat(Enumerable.Range(1, 64).Select(i => $"MUK_IN(p{i}, int)\n")) + Main);
        Assert.Equal(["many"], shop.Build());
        var found = Assert.Single(shop.Diagnostics);
        Assert.Equal((Codes.TooManyPorts, 65), (found.Code, found.Line));
    }

    [Fact]
    public void A_port_declared_in_two_files_of_an_image_is_declared_twice()
    {
        using var shop = new Workshop();
        shop.Write("two/a.c", "#include <muk.h>\nMUK_IN(x, int)\n" + Main);
        var file = shop.Write("two/b.c", "#include <muk.h>\n\nMUK_IN(x, int)\n");
        Assert.Equal(["two"], shop.Build());
        var found = Assert.Single(shop.Diagnostics);
        Assert.Equal((Codes.PortTwice, file, 3), (found.Code, found.File, found.Line));
    }

    [Fact]
    public void A_program_without_main_is_an_error_at_its_beginning()
    {
        using var shop = new Workshop();
        var file = shop.Write("nomain.c", "int helper(void) { return 1; }\n");
        Assert.Equal(["nomain"], shop.Build());
        var found = Assert.Single(shop.Diagnostics);
        Assert.Equal((Codes.NoMain, file, 1, 1), (found.Code, found.File, found.Line, found.Column));
    }

    [Fact]
    public void A_compiler_error_and_a_warning_stand_once_each_where_the_user_made_them_and_the_others_build()
    {
        using var shop = new Workshop();
        var file = shop.Write("broken.c", "int main(void) {\n    int x = 2.5;\n    return x + nothing;\n}\n");
        shop.Write("whole.c", Main);
        Assert.Equal(["broken"], shop.Build());
        Assert.True(File.Exists(shop.Image("whole")));
        Assert.False(File.Exists(shop.Image("broken")));
        Assert.Collection(
            shop.Diagnostics,
            d => Assert.Equal((Severity.Warning, "-Wliteral-conversion", file, 2, 13), (d.Severity, d.Code, d.File, d.Line, d.Column)),
            d => Assert.Equal((Severity.Error, "clang", file, 3, 16), (d.Severity, d.Code, d.File, d.Line, d.Column)));
    }

    [Fact]
    public void A_symbol_that_nobody_defines_is_named()
    {
        using var shop = new Workshop();
        var file = shop.Write("undefined.c", "int elsewhere(void);\nint main(void) { return elsewhere(); }\n");
        Assert.Equal(["undefined"], shop.Build());
        var found = Assert.Single(shop.Diagnostics);
        Assert.Equal((Codes.LinkFailed, file), (found.Code, found.File));
        Assert.Contains("elsewhere", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sources_of_one_name_and_a_name_that_no_pipeline_could_say_are_errors()
    {
        using var shop = new Workshop();
        shop.Write("x.c", Main);
        shop.Write("x/main.c", Main);
        shop.Write("9lives.c", Main);
        shop.Build();
        Assert.Equal([Codes.BadName, Codes.NameTwice], shop.Diagnostics.Select(d => d.Code).Order());
    }

    [Fact]
    public void A_missing_tool_is_one_error_that_names_the_package()
    {
        var missing = Assert.Throws<Muk.Build.Tasks.Tools.ToolException>(
            () => Muk.Build.Tasks.Tools.Toolchain.Find("/nowhere").Find("a-tool-that-nobody-has", "its-package"));
        Assert.Contains("its-package", missing.Message, StringComparison.Ordinal);
    }
}
