using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Tests.Orchestrator.Images;

public sealed class LayoutTextTests
{
    [Fact]
    public void A_struct_is_shown_as_c_shows_it_with_offsets_and_sizes()
    {
        var manifest = new Manifest
        {
            Name = "x",
            BuildHash = new byte[32],
            Ports = [],
            Types =
            [
                new("float", MessageTypeKind.Float, 4, 4),
                new("struct point", MessageTypeKind.Struct, 8, 4, Fields: [new("x", 0, 0), new("y", 0, 4)]),
                new("struct point[2]", MessageTypeKind.Array, 16, 4, Element: 1, Count: 2),
                new("unsigned int", MessageTypeKind.Unsigned, 4, 4),
                new("enum color", MessageTypeKind.Enum, 4, 4, Element: 3, Enumerators: [new("RED", 0), new("BLUE", 7)]),
                new("char", MessageTypeKind.Char, 1, 1),
                new("char[12]", MessageTypeKind.Array, 12, 1, Element: 5, Count: 12),
                new("struct shape", MessageTypeKind.Struct, 32, 4, Fields: [new("corners", 2, 0), new("color", 4, 16), new("name", 6, 20)]),
            ],
        };
        Assert.Equal(
            """
            struct shape  /* 32 bytes, aligned to 4 */ {
              /*    0   16 */     struct {
              /*    0    4 */         float x;
              /*    4    4 */         float y;
                                  } corners[2];
              /*   16    4 */     enum : uint32_t { RED = 0, BLUE = 7 } color;
              /*   20   12 */     char name[12];
            };
            """, LayoutText.Of(manifest, 7));
        Assert.Equal("float  /* 4 bytes, aligned to 4 */", LayoutText.Of(manifest, 0));
    }
}
