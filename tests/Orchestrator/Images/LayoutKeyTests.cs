using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Tests.Orchestrator.Images;

/// <summary>A message of C and one of C# are the same where only the languages' customs differ.</summary>
public sealed class LayoutKeyTests
{
    private static readonly Manifest InC = Message(
        ("char", MessageTypeKind.Char, "unsigned int", MessageTypeKind.Unsigned),
        "struct peak", ["sample_level", "first_name"], [new("LEVEL_LOW", 0), new("LEVEL_HIGH", 7)]);

    private static readonly Manifest InCSharp = Message(
        ("byte", MessageTypeKind.Unsigned, "int", MessageTypeKind.Signed),
        "Peak", ["SampleLevel", "FirstName"], [new("Low", 0), new("High", 7)]);

    [Fact]
    public void Case_underscores_prefixes_of_enumerators_and_bytes_of_text_do_not_count()
    {
        var (a, b) = (MessageLayout.Of(InC, 4)!, MessageLayout.Of(InCSharp, 4)!);
        Assert.Equal(a, b);
        Assert.Equal(a.Hash, b.Hash);
        Assert.Equal("enum : uint32_t { LEVEL_LOW = 0, LEVEL_HIGH = 7 }", a.Lines[1].Type);
    }

    [Fact]
    public void An_enumerator_of_another_value_does_not_fit()
    {
        var other = Message(
            ("byte", MessageTypeKind.Unsigned, "int", MessageTypeKind.Signed),
            "Peak", ["SampleLevel", "FirstName"], [new("Low", 0), new("High", 8)]);
        var (a, b) = (MessageLayout.Of(InC, 4)!, MessageLayout.Of(other, 4)!);
        Assert.NotEqual(a, b);
        Assert.False(a.HasSameLine(b, 1));
        Assert.True(a.HasSameLine(b, 2));
    }

    [Theory]
    [InlineData("LEVEL_LOW", "LEVEL_LOWER", "LOW", "LOWER")]
    [InlineData("A_B_C", "A_B_D", "c", "D")]
    public void What_all_enumerators_begin_with_ends_at_an_underscore(string first, string second, string shownFirst, string shownSecond)
    {
        static Manifest.MessageType Enum(string a, string b) =>
            new("e", MessageTypeKind.Enum, 4, 4, 0, Enumerators: [new(a, 0), new(b, 1)]);
        Assert.Equal(LayoutKey.OfType(Enum(shownFirst, shownSecond)), LayoutKey.OfType(Enum(first, second)));
    }

    private static Manifest Message(
        (string Text, MessageTypeKind TextKind, string Number, MessageTypeKind NumberKind) scalars, string name, string[] fields,
        Manifest.Enumerator[] enumerators) => new()
        {
            Name = "x",
            BuildHash = new byte[32],
            Ports = [],
            Types =
            [
                new(scalars.Text, scalars.TextKind, 1, 1),
                new(scalars.Number, scalars.NumberKind, 4, 4),
                new("level", MessageTypeKind.Enum, 4, 4, 1, Enumerators: enumerators),
                new("text", MessageTypeKind.Array, 8, 1, 0, 8),
                new(name, MessageTypeKind.Struct, 12, 4, Fields: [new(fields[0], 2, 0), new(fields[1], 3, 4)]),
            ],
        };
}
