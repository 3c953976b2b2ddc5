using Muk.Build.Tasks.Diagnostics;

namespace Muk.Tests.BuildRules;

public sealed class IncrementalTests
{
    private const string Main = "int main(void) { return 0; }\n";

    [Fact]
    public void Nothing_is_rebuilt_when_nothing_changed()
    {
        using var shop = new Workshop();
        shop.Write("a.c", Main);
        shop.Write("b.c", Main);
        Assert.Empty(shop.Build());
        Assert.Equal(2, shop.Count(StepKind.Image));
        Assert.Empty(shop.Build());
        Assert.Equal((2, 0, 0), (shop.Count(StepKind.UpToDate), shop.Count(StepKind.Compile), shop.Count(StepKind.Link)));
    }

    [Fact]
    public void A_touched_but_equal_source_is_not_rebuilt()
    {
        using var shop = new Workshop();
        var file = shop.Write("a.c", Main);
        shop.Build();
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-5));
        shop.Build();
        Assert.Equal((1, 0), (shop.Count(StepKind.UpToDate), shop.Count(StepKind.Compile)));
    }

    [Fact]
    public void A_changed_header_rebuilds_only_who_includes_it()
    {
        using var shop = new Workshop();
        shop.Write("value.h", "#define VALUE 1\n");
        shop.Write("a.c", "#include \"value.h\"\nint main(void) { return VALUE; }\n");
        shop.Write("b.c", Main);
        shop.Build();
        shop.Write("value.h", "#define VALUE 2\n");
        shop.Build();
        Assert.Equal(["a"], shop.Steps.Where(s => s.Kind == StepKind.Image).Select(s => s.Source));
        Assert.Equal(["b"], shop.Steps.Where(s => s.Kind == StepKind.UpToDate).Select(s => s.Source));
    }

    [Fact]
    public void Another_flag_rebuilds_and_a_replaced_image_is_put_right()
    {
        using var shop = new Workshop();
        shop.Write("a.c", Main);
        shop.Build();
        shop.Build(o => o with { CompilerArguments = ["-DX=1"] });
        Assert.Equal(1, shop.Count(StepKind.Image));
        File.WriteAllText(shop.Image("a"), "not an image");
        shop.Build(o => o with { CompilerArguments = ["-DX=1"] });
        Assert.Equal(1, shop.Count(StepKind.Image));
        Assert.Equal("", shop.Elf("a").Problem());
    }

    [Fact]
    public void An_image_goes_with_its_source_and_a_strangers_image_stays()
    {
        using var shop = new Workshop();
        var file = shop.Write("a.c", Main);
        shop.Write("b.c", Main);
        shop.Build();
        File.WriteAllText(shop.Image("stranger"), "somebody's");
        File.Delete(file);
        shop.Build();
        Assert.Equal(1, shop.Count(StepKind.Remove));
        Assert.False(File.Exists(shop.Image("a")) || File.Exists(shop.Image("a") + ".debug"));
        Assert.True(File.Exists(shop.Image("b")) && File.Exists(shop.Image("stranger")));
    }

    [Fact]
    public void A_broken_edit_leaves_the_last_whole_image_under_a_note_and_mending_it_builds_anew()
    {
        using var shop = new Workshop();
        shop.Write("a.c", Main);
        shop.Build();
        var before = File.ReadAllBytes(shop.Image("a"));
        shop.Write("a.c", "int main(void) { return }\n");
        Assert.Equal(["a"], shop.Build());
        Assert.Equal(before, File.ReadAllBytes(shop.Image("a")));
        var note = Path.Combine(shop.Options.ImageFolder, ".a.failed");
        Assert.Equal("muks/a.c:1:25: expected expression\n", File.ReadAllText(note));
        Assert.Equal(["a"], shop.Build());
        shop.Write("a.c", "int main(void) { return 3; }\n");
        Assert.Empty(shop.Build());
        Assert.NotEqual(before, File.ReadAllBytes(shop.Image("a")));
        Assert.False(File.Exists(note));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(shop.Image("a"))!, "*.tmp"));
    }

    [Fact]
    public void A_broken_edit_that_is_taken_back_makes_the_old_image_good_again_without_building()
    {
        using var shop = new Workshop();
        shop.Write("a.c", Main);
        shop.Build();
        shop.Write("a.c", "int main(void) { return }\n");
        Assert.Equal(["a"], shop.Build());
        shop.Write("a.c", Main);
        Assert.Empty(shop.Build());
        Assert.Equal((1, 0), (shop.Count(StepKind.UpToDate), shop.Count(StepKind.Compile)));
        Assert.False(File.Exists(Path.Combine(shop.Options.ImageFolder, ".a.failed")));
    }

    [Fact]
    public void The_note_of_a_source_that_never_built_goes_with_it()
    {
        using var shop = new Workshop();
        var file = shop.Write("a.c", "int main(void) { return }\n");
        Assert.Equal(["a"], shop.Build());
        Assert.True(File.Exists(Path.Combine(shop.Options.ImageFolder, ".a.failed")));
        File.Delete(file);
        Assert.Empty(shop.Build());
        Assert.Empty(Directory.GetFileSystemEntries(shop.Options.ImageFolder));
    }
}
