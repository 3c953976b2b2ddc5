using Muk.Abi;
using Muk.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Pipelines;

public sealed class LinkerTests
{
    private static Manifest.Port Bytes(string name, PortDirection direction) => new(name, direction, PortKind.Bytes, -1, 0);

    private static Plan Link(string text, TestImages images) => Linker.Link(PipelineText.Parse(text), images);

    private static string Refusal(string text, TestImages images) => Assert.Throws<LinkException>(() => Link(text, images)).Message;

    [Fact]
    public void Programs_without_ports_are_linked_by_their_standard_streams()
    {
        var plan = Link("a x=1 | b", new TestImages().Add("a").Add("b"));
        Assert.Equal(["x=1"], plan.Stages[0].Arguments);
        Assert.Equal<(LinkEnd?, LinkEnd?)>(
            [(null, new(0, "in")), (new(0, "out"), new(1, "in")), (new(1, "out"), null)],
            plan.Links.Select(l => (l.From, l.To)));
        Assert.All(plan.Links, l => Assert.Equal((PortKind.Bytes, 0ul, 256L * 1024), (l.Kind, l.TypeHash, l.CapacityBytes)));
    }

    [Fact]
    public void A_reader_may_touch_what_is_copied_and_nothing_that_is_built_in_place_or_not_known()
    {
        var type = TestImages.Sample("struct sample", "int32_t", "value", 1);
        var images = new TestImages().Add("a").Add("b")
            .Add("gen", type, TestImages.Out("samples", 3, 16))
            .Add("copier", type, TestImages.Out("samples", 3, 16) with { Copies = true })
            .Add("fir", type, TestImages.In("ticks", 3, 16));
        Assert.Equal([true, true, true], Link("a | b", images).Links.Select(l => l.WriterCopies));
        Assert.Equal([false], Link("gen | fir", images).Links.Select(l => l.WriterCopies));
        Assert.Equal([true], Link("copier | fir", images).Links.Select(l => l.WriterCopies));
    }

    [Fact]
    public void Messages_fit_when_their_layouts_do_whatever_their_types_are_called()
    {
        var images = new TestImages()
            .Add("gen", TestImages.Sample("struct sample", "int32_t", "value", 1), TestImages.Out("samples", 3, 16))
            .Add("fir", TestImages.Sample("tick_t", "int", "value", 1), TestImages.In("ticks", 3, 16));
        var link = Assert.Single(Link("gen | fir", images).Links);
        Assert.Equal((PortKind.Fixed, 16u, 8u), (link.Kind, link.PayloadBytes, link.PayloadAlign));
        Assert.NotEqual(0ul, link.TypeHash);
    }

    [Fact]
    public void A_mismatch_shows_both_layouts_with_the_difference_marked()
    {
        var images = new TestImages()
            .Add("gen", TestImages.Sample("struct sample", "int32_t", "value", 1), TestImages.Out("samples", 3, 16))
            .Add("fir", TestImages.Sample("struct tick", "int32_t", "value", 2), TestImages.In("ticks", 3, 16));
        Assert.Equal(
            """
            'gen:samples' writes other messages than 'fir:ticks' reads:
                'gen:samples'                           'fir:ticks'
                struct sample, 16 bytes, aligned to 8   struct tick, 16 bytes, aligned to 8
                +0    int32_t id                        +0    int32_t id
              > +8    double value                      +8    float value
            """, Refusal("gen | fir", images));
    }

    [Theory]
    [InlineData("name", 1)]
    [InlineData("value", 2)]
    public void A_field_of_another_name_or_type_does_not_fit(string field, int type)
    {
        var images = new TestImages()
            .Add("gen", TestImages.Sample("struct s", "int", "value", 1), TestImages.Out("o", 3, 16))
            .Add("fir", TestImages.Sample("struct s", "int", field, type), TestImages.In("i", 3, 16));
        Assert.Contains("> +8", Refusal("gen | fir", images), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_and_bytes_do_not_fit_between_stages_but_do_at_the_ends()
    {
        var images = new TestImages()
            .Add("gen", TestImages.Sample("struct s", "int", "value", 1), TestImages.Out("o", 3, 16))
            .Add("cat");
        Assert.Contains("writes messages of 16 bytes (struct s), and 'cat:in' reads a byte stream", Refusal("gen | cat", images),
            StringComparison.Ordinal);
        Assert.Null(Assert.Single(Link("gen", images).Links).To);
    }

    [Fact]
    public void An_unknown_name_gets_the_nearest_ones()
    {
        var images = new TestImages().Add("tokenize").Add("count").Add("top");
        Assert.Equal("there is no MUK 'tokenise'; did you mean 'tokenize'?", Refusal("tokenise", images));
        Assert.Equal("there is no MUK 'coutn'; did you mean 'count'?", Refusal("coutn", images));
        Assert.Equal("there is no MUK 'zzzzz'; there are tokenize, count, top", Refusal("zzzzz", images));
        Assert.Contains("build them first", Refusal("x", new TestImages()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_image_is_refused_with_its_reason()
    {
        Assert.Equal("'a' cannot be used: it is truncated", Refusal("a", new TestImages().AddBroken("a", "it is truncated")));
    }

    [Fact]
    public void The_port_is_the_one_named_else_the_only_one_else_the_usual_one()
    {
        var images = new TestImages()
            .Add("mix", Bytes("left", PortDirection.In), Bytes("right", PortDirection.In), Bytes("sum", PortDirection.Out))
            .Add("tee", Bytes("in", PortDirection.In), Bytes("out", PortDirection.Out), Bytes("copy", PortDirection.Out));
        Assert.Equal(new(1, "right"), Link("tee | mix:right", images).Links[1].To);
        Assert.Equal(new(0, "out"), Link("tee | tee", images).Links[1].From);
        Assert.Equal(new(0, "copy"), Link("tee:copy | tee", images).Links[1].From);
        Assert.Equal(new(0, "err"), Link("tee:err | tee", images).Links[1].From);
        Assert.Equal("'mix' reads several ports (left, right): say which, as in mix:left", Refusal("tee | mix", images));
        Assert.Equal("'mix' has no port 'middle'; it has left (in), right (in), sum (out), err (out)", Refusal("mix:middle", images));
        Assert.Equal("'left' and 'right' of 'mix' both read; name at most one of each", Refusal("mix:left:right", images));
    }

    [Fact]
    public void A_stage_that_cannot_stand_there_says_so()
    {
        var images = new TestImages().Add("gen", Bytes("out", PortDirection.Out)).Add("sink", Bytes("in", PortDirection.In));
        Assert.Equal("'gen' reads no port, so it cannot stand after a '|'", Refusal("sink:in | gen", new TestImages()
            .Add("gen", Bytes("out", PortDirection.Out)).Add("sink")));
        Assert.Equal("'sink' writes no port, so it cannot stand before a '|'", Refusal("sink | sink", images));
        Assert.Single(Link("gen | sink", images).Links);
    }

    [Theory]
    [InlineData(8u, 0ul, 256 * 1024)]
    [InlineData(8u, 4096ul, 4096)]
    [InlineData(1u << 20, 0ul, 16 << 20)]
    [InlineData(8u, 1ul << 40, 1 << 30)]
    public void A_ring_has_the_size_wished_for_and_room_for_several_messages(uint bytes, ulong wished, long expected)
    {
        var type = new Manifest.MessageType("struct s", MessageTypeKind.Struct, bytes, 8, Fields: []);
        var images = new TestImages().Add("gen", [type], new Manifest.Port("o", PortDirection.Out, PortKind.Fixed, 0, bytes, 8, wished));
        Assert.Equal(expected, Assert.Single(Link("gen", images).Links).CapacityBytes);
    }

    [Fact]
    public void A_type_that_explodes_is_refused_and_not_drawn()
    {
        var types = new List<Manifest.MessageType> { new("char", MessageTypeKind.Char, 1, 1) };
        for (var i = 0; i < 40; i++)
        {
            types.Add(new($"struct s{i}", MessageTypeKind.Struct, 1, 1, Fields: [new("a", i, 0), new("b", i, 0)]));
        }

        var refusal = Refusal("gen", new TestImages().Add("gen", types, TestImages.Out("o", 40, 1)));
        Assert.Contains("more than", refusal, StringComparison.Ordinal);
    }
}
