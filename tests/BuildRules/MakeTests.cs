using Muk.Build.Tasks.Diagnostics;

namespace Muk.Tests.BuildRules;

public sealed class MakeTests
{
    private const string Program = "#include <muk.h>\n#include \"type.h\"\nMUK_IN(numbers, struct number)\nint main(void) { return 0; }\n";

    private const string Makefile = "$(MUK_OUT): main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -DONE=1 -o $@ main.c\n";

    [Fact]
    public void A_folder_with_a_Makefile_becomes_an_image_with_its_ports()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/make"), "make is not installed");
        using var shop = new Workshop();
        shop.Write("made/Makefile", Makefile);
        shop.Write("made/main.c", Program);
        shop.Write("made/type.h", "struct number { int value[ONE]; };\n");
        Assert.Empty(shop.Build());
        Assert.Equal(["numbers", "err"], shop.Manifest("made").Ports.Select(p => p.Name));
        Assert.Equal(4u, shop.Manifest("made").Ports[0].MessageBytes);
        shop.Build();
        Assert.Equal((1, 0), (shop.Count(StepKind.UpToDate), shop.Count(StepKind.Make)));
        shop.Write("made/type.h", "struct number { long value[ONE]; };\n");
        Assert.Empty(shop.Build());
        Assert.Equal(8u, shop.Manifest("made").Ports[0].MessageBytes);
    }

    [Fact]
    public void What_a_Makefile_does_wrong_is_said()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/make"), "make is not installed");
        using var shop = new Workshop();
        shop.Write("broken/Makefile", Makefile);
        var file = shop.Write("broken/main.c", "int main(void) { return x; }\n");
        shop.Write("nothing/Makefile", "all:\n\t@true\n");
        shop.Write("failing/Makefile", "all:\n\t@echo no luck >&2; false\n");
        Assert.Equal(["broken", "failing", "nothing"], shop.Build());
        Assert.Contains(shop.Diagnostics, d => (d.Code, d.File, d.Line, d.Column) == ("clang", file, 1, 25));
        Assert.Equal(2, shop.Diagnostics.Count(d => d.Code == Codes.MakeFailed));
    }

    [Fact]
    public void A_Makefile_that_names_libraries_gets_those_of_the_images_own_C_library()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/make"), "make is not installed");
        using var shop = new Workshop();
        const string Makefile = "$(MUK_OUT): main.c\n\t$(CC) $(CFLAGS) -o $@ main.c ";
        const string Program = "#include <math.h>\n#include <stdlib.h>\nint main(int n, char **v) { return (int)pow(n, atof(*v)); }\n";
        shop.Write("mathematical/Makefile", Makefile + "-lm -lpthread -lrt -ldl\n");
        shop.Write("mathematical/main.c", Program);
        Assert.Empty(shop.Build());
    }

    [Fact]
    public void What_the_linker_of_a_Makefile_misses_is_said()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/make"), "make is not installed");
        using var shop = new Workshop();
        shop.Write("missing/Makefile", "$(MUK_OUT): main.c\n\t$(CC) $(CFLAGS) -o $@ main.c -lz -lhosts\n");
        shop.Write("missing/main.c", "int nowhere(void);\nint main(void) { return nowhere(); }\n");
        Assert.Equal(["missing"], shop.Build());
        string[] messages = [.. shop.Diagnostics.Where(d => d.Code == Codes.LinkFailed).Select(d => d.Message)];
        Assert.Contains(messages, m => m.Contains("-lz", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Contains("-lhosts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_with_a_CMakeLists_becomes_an_image_with_its_ports()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/cmake"), "cmake is not installed");
        using var shop = new Workshop();
        shop.Write("built/CMakeLists.txt",
            "cmake_minimum_required(VERSION 3.20)\nproject(built LANGUAGES C)\nadd_library(part STATIC part.c)\n"
            + "add_executable(built main.c)\ntarget_link_libraries(built part)\n");
        shop.Write("built/main.c", "#include <muk.h>\nMUK_OUT(numbers, int)\nint part(void);\nint main(void) { return part(); }\n");
        shop.Write("built/part.c", "int part(void) { return 0; }\n");
        Assert.Empty(shop.Build());
        Assert.Equal(["numbers", "err"], shop.Manifest("built").Ports.Select(p => p.Name));
        shop.Build();
        Assert.Equal(1, shop.Count(StepKind.UpToDate));
    }
}
