using Muk.Kernel.Crashes;

namespace Muk.Tests.Kernel.Crashes;

/// <summary>Lines of stack traces are told from other text, and methods' names from symbols' are the same.</summary>
public sealed class TraceLineTests
{
    [Theory]
    [InlineData("   at Demo.Deep.Down(Int32) + 0x3d", "Demo_Deep_Down", 0x3d)]
    [InlineData("   at Ways.Length(String)", "Ways_Length", 0)]
    [InlineData("   at Program.<<Main>$>d__0.MoveNext() + 0x32d", "Program_Main_d_0_MoveNext", 0x32d)]
    [InlineData("   at Boxes.Put[T](T, Boxes`1&) + 0x7", "Boxes_Put", 7)]
    [InlineData("   at Sample..ctor(Byte*) + 0x10", "Sample_ctor", 16)]
    public void A_line_of_a_trace_names_a_method_and_an_offset(string line, string method, ulong offset)
    {
        var trace = TraceLine.Read(line)!;
        Assert.Equal((method, offset), (trace.Method, trace.Offset));
    }

    [Theory]
    [InlineData("at Demo.Deep.Down(Int32) + 0x3d")]
    [InlineData("   at Demo.Deep.Down(Int32) + 0x3d, more or less")]
    [InlineData("   at Demo.Deep.Down(Int32) in x.cs:line 3")]
    [InlineData("   at home")]
    [InlineData("   at (Int32)")]
    [InlineData("")]
    public void Other_text_is_left_alone(string line) => Assert.Null(TraceLine.Read(line));

    [Fact]
    public void The_place_stands_as_dotnet_writes_it() => Assert.Equal(
        "   at Demo.Deep.Down(Int32) in muks/x.cs:line 12", TraceLine.Read("   at Demo.Deep.Down(Int32) + 0x3d")!.At("muks/x.cs:12:5"));

    [Theory]
    [InlineData("ends_Program___Main___d__0__MoveNext", "ends_Program_Main_d_0_MoveNext")]
    [InlineData("ends_Boxes__Put[S_P_CoreLib_System_Int32]", "ends_Boxes_Put")]
    public void A_symbol_has_the_name_of_its_method(string symbol, string key) => Assert.Equal(key, TraceLine.Key(symbol));

    [Fact]
    public void Whatever_the_text_a_line_is_read_or_left()
    {
        const string letters = "   at aB.<>$(),[]+ 0x9f_`\n\0é";
        var seed = Random.Shared.Next();
        for (var i = 0; i < 20_000; i++)
        {
            var random = new Random(seed + i);
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)]));
            text = random.Next(2) == 0 ? text : "   at " + text + "()";
            var trace = TraceLine.Read(text);
            Assert.True(trace is null || text.StartsWith(trace.Head, StringComparison.Ordinal), $"seed {seed + i}");
            Assert.True(TraceLine.Key(TraceLine.Key(text)) == TraceLine.Key(text), $"seed {seed + i}");
        }
    }
}
