using System.Diagnostics;
using System.Text;

namespace Muk.Tests.BuildRules;

public sealed class ImageTests
{
    private const string Hello = "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
    private const string Tiny = "#include <muk.h>\nint main(void) { muk_log(\"hello\"); return 0; }\n";

    [Fact]
    public void Hello_takes_at_most_24_KB_with_stdio_and_8_KB_with_muk_h_alone()
    {
        using var shop = new Workshop();
        shop.Write("hello.c", Hello);
        shop.Write("tiny.c", Tiny);
        Assert.Empty(shop.Build());
        Assert.InRange(new FileInfo(shop.Image("hello")).Length, 1, 24 * 1024);
        Assert.InRange(new FileInfo(shop.Image("tiny")).Length, 1, 8 * 1024);
    }

    [Fact]
    public void No_segment_is_writable_and_executable_and_none_shares_a_page_with_another()
    {
        using var shop = new Workshop();
        shop.Write("hello.c", Hello);
        shop.Write("tiny.c", Tiny);
        Assert.Empty(shop.Build());
        foreach (var elf in new[] { shop.Elf("hello"), shop.Elf("tiny") })
        {
            var loads = elf.Segments.Where(s => s.Type == 1).ToArray();
            Assert.True(loads.Length >= 2);
            Assert.All(loads, s => Assert.NotEqual(3u, s.Flags & 3));
            Assert.All(loads.Zip(loads.Skip(1)), pair =>
                Assert.True(pair.Second.Address / 4096 > (pair.First.Address + pair.First.MemoryBytes - 1) / 4096));
        }
    }

    [Fact]
    public void The_same_source_in_another_folder_gives_the_same_bytes_and_no_builders_path()
    {
        const string Asserting =
            "#include <assert.h>\n#include <muk.h>\nMUK_IN(x, int)\nint main(int c, char **v) { (void)v; assert(c > 1); return 0; }\n";
        using var one = new Workshop();
        using var other = new Workshop("a-longer-path");
        one.Write("same.c", Asserting);
        other.Write("same.c", Asserting);
        Assert.Empty(one.Build());
        Assert.Empty(other.Build());
        var bytes = File.ReadAllBytes(one.Image("same"));
        Assert.Equal(bytes, File.ReadAllBytes(other.Image("same")));
        var text = Encoding.Latin1.GetString(bytes);
        Assert.DoesNotContain(one.Root, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Workshop.Repository, text, StringComparison.Ordinal);
        Assert.Contains("muks/same.c", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x86-64", 1)]
    [InlineData("x86-64-v2", 2)]
    [InlineData("x86-64-v3", 3)]
    [InlineData("haswell", 0)]
    public void The_manifest_says_which_instructions_the_image_needs(string march, int level)
    {
        using var shop = new Workshop();
        shop.Write("a.c", "int main(void) { return 0; }\n");
        Assert.Empty(shop.Build(o => o with { March = march }));
        Assert.Equal((uint)level, shop.Manifest("a").InstructionLevel);
    }

    [Fact]
    public void Native_code_needs_what_this_host_has()
    {
        Assert.Equal(3u, Muk.Build.Tasks.Tools.InstructionLevel.Of("native", new HashSet<string> { "sse4_2", "avx2" }));
        Assert.Equal(2u, Muk.Build.Tasks.Tools.InstructionLevel.Of("native", new HashSet<string> { "sse4_2", "avx" }));
        Assert.Contains("sse2", Muk.Build.Tasks.Tools.InstructionLevel.HostFeatures());
    }

    [Fact]
    public void Another_source_has_another_build_hash()
    {
        using var shop = new Workshop();
        shop.Write("a.c", "int main(void) { return 0; }\n");
        shop.Build();
        var before = shop.Manifest("a").BuildHash;
        shop.Write("a.c", "int main(void) { return 1; }\n");
        shop.Build();
        Assert.NotEqual(before, shop.Manifest("a").BuildHash);
    }

    [Fact]
    public void Programs_that_use_threads_own_storage_or_the_heap_without_its_headers_still_start()
    {
        using var shop = new Workshop();
        shop.Write("local.c", "static _Thread_local int n = 5;\nint main(int c, char **v) { (void)v; n += c; return n; }\n");
        shop.Write("heap.c",
            "void *malloc(unsigned long);\nint main(void) { char *p = malloc(100000); if (!p) return 1; "
            + "p[99999] = 7; return p[99999]; }\n");
        shop.Write("quick.c", "int main(int c, char **v) { (void)v; return c + 1; }\n");
        Assert.Empty(shop.Build());
        Assert.Equal((6, 7, 2), (Run(shop.Image("local")), Run(shop.Image("heap")), Run(shop.Image("quick"))));
    }

    private static int Run(string image)
    {
        using var process = Process.Start(image);
        process.WaitForExit();
        return process.ExitCode;
    }
}
