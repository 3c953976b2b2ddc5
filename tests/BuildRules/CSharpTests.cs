using System.Diagnostics;
using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Tests.BuildRules;

/// <summary>C# sources become images.</summary>
public sealed class CSharpTests(CSharpWorkshop workshop) : IClassFixture<CSharpWorkshop>
{
    // Said with the section table in it: an image of glibc's libraries would be twice as large.
    private const long HelloBytesMax = 1_600_000;

    private readonly Workshop _shop = workshop.Shop;

    [Fact]
    public void Only_the_sources_with_errors_fail()
    {
        Assert.Equal(
            ["bad-auto", "bad-generic", "bad-large", "bad-line", "bad-name", "bad-pointer", "bad-reference", "bad-syntax", "bad-twice"],
            workshop.Failed.Order());
    }

    [Fact]
    public void A_program_reads_and_writes_its_standard_streams_and_ends_with_its_status()
    {
        var (status, output, errors) = Run("hello", "one", "two");
        Assert.Equal((2, "hello, one two: from a pipe\n", "to err\n"), (status, output, errors));
    }

    [Fact]
    public void An_image_is_like_one_of_C()
    {
        var elf = _shop.Elf("hello");
        Assert.Equal("", elf.Problem());
        var manifest = elf.Manifest();
        Assert.Equal(SourceLanguage.CSharp, manifest.Language);
        Assert.Equal(3u, manifest.InstructionLevel);
        Assert.Equal("hello: greets.", manifest.Doc);
        Assert.Equal(["in", "out", "err"], manifest.Ports.Select(p => p.Name));
        Assert.InRange(new FileInfo(_shop.Image("hello")).Length, 1, HelloBytesMax);
        Assert.True(File.Exists(_shop.Image("hello") + ".debug"));
    }

    [Fact]
    public void A_package_of_a_directive_is_part_of_the_image()
    {
        Assert.Equal("\"a b\"\n", Run("quoted").Output);
    }

    [Fact]
    public void A_folder_with_a_project_becomes_an_image_of_all_its_sources()
    {
        Assert.Equal(7, Run("project").Status);
    }

    [Fact]
    public void Ports_are_read_from_the_calls_that_make_them()
    {
        var manifest = _shop.Manifest("relay");
        Assert.Equal(
            [("peaks", PortDirection.In, PortKind.Fixed), ("loud", PortDirection.Out, PortKind.Fixed),
                ("text", PortDirection.Out, PortKind.Bytes), ("err", PortDirection.Out, PortKind.Bytes)],
            manifest.Ports.Select(p => (p.Name, p.Direction, p.Kind)));
        Assert.Equal("Where they come from.", manifest.Ports[0].Doc);
        Assert.Equal(1ul << 20, manifest.Ports[0].CapacityBytes);
        var peak = manifest.Types[manifest.Ports[0].Type];
        Assert.Equal(("Peak", "A peak."), (peak.Name, peak.Doc));
        Assert.Equal("Counted from 0.", peak.Fields![0].Doc);
    }

    [Fact]
    public void Outputs_are_copied_unless_the_program_names_a_call_that_builds_in_place()
    {
        Assert.Equal(["loud", "text", "err"], _shop.Manifest("relay").Ports.Where(p => p.Copies).Select(p => p.Name));
        Assert.Equal(["err"], _shop.Manifest("project").Ports.Where(p => p.Copies).Select(p => p.Name));
    }

    [Fact]
    public void A_struct_has_the_layout_that_the_same_struct_has_in_C()
    {
        var (ours, theirs) = (_shop.Manifest("relay"), _shop.Manifest("twin"));
        var a = ours.Types[ours.Ports[1].Type];
        var b = theirs.Types[theirs.Ports[0].Type];
        Assert.Equal((b.Bytes, b.Align), (a.Bytes, a.Align));
        Assert.Equal(
            b.Fields!.Select(f => (f.Name.Replace("_", "", StringComparison.Ordinal), f.Offset, theirs.Types[f.Type].Bytes)),
            a.Fields!.Select(f => (f.Name.ToLowerInvariant(), f.Offset, ours.Types[f.Type].Bytes)));
        Assert.Equal(MessageTypeKind.Array, ours.Types[a.Fields![4].Type].Kind);
        Assert.Equal((MessageTypeKind.Array, 5u), (ours.Types[a.Fields[5].Type].Kind, ours.Types[a.Fields[5].Type].Count));
        Assert.Equal([("Low", 0L), ("High", 7L)], ours.Types[a.Fields[2].Type].Enumerators!.Select(e => (e.Name, e.Value)));
    }

    [Theory]
    [InlineData("bad-syntax", 2, 20, "CS1026")]
    [InlineData("bad-line", 1, 1, Codes.BadDirective)]
    [InlineData("bad-reference", 2, 17, Codes.ReferenceInMessage)]
    [InlineData("bad-pointer", 4, 15, Codes.ReferenceInMessage)]
    [InlineData("bad-name", 3, 5, Codes.NotConstant)]
    [InlineData("bad-twice", 3, 9, Codes.PortTwice)]
    [InlineData("bad-auto", 4, 8, Codes.AutoLayout)]
    [InlineData("bad-generic", 3, 51, Codes.OpenMessageType)]
    [InlineData("bad-large", 2, 12, Codes.MessageTooLarge)]
    public void A_mistake_is_told_where_it_stands(string name, int line, int column, string code)
    {
        var errors = workshop.Said.Where(d => d.Severity == Severity.Error);
        var told = Assert.Single(errors, d => d.File.EndsWith($"/{name}.cs", StringComparison.Ordinal));
        Assert.Equal((line, column, code), (told.Line, told.Column, told.Code));
    }

    [Fact]
    public void The_native_compiler_warns_at_the_line_of_the_source()
    {
        var told = Assert.Single(workshop.Said, d => d.File.EndsWith("/trim.cs", StringComparison.Ordinal));
        Assert.Equal((Severity.Warning, "IL2057", 2), (told.Severity, told.Code, told.Line));
    }

    [Fact]
    public void Only_what_changed_is_compiled_again()
    {
        _shop.Write("trim.cs", "\nreturn 9;\n");
        _shop.Build();
        string[] good = ["hello", "relay", "twin", "quoted", "project", "trim"];
        Assert.Equal(["trim"], _shop.Steps.Where(s => s.Kind == StepKind.Stale && good.Contains(s.Source)).Select(s => s.Source));
        Assert.Equal(9, Run("trim").Status);
    }

    private (int Status, string Output, string Errors) Run(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_shop.Image(name), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (name == "hello")
        {
            process.StandardInput.Write("from a pipe\n");
        }

        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
