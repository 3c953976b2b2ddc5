using System.Text;
using Muk.Abi;

namespace Muk.Tests.BuildRules;

public sealed class DescriberTests
{
    private const string Everything = """
        /* all: every kind of port and type. */
        #include <muk.h>
        #include <stdbool.h>

        enum colour { RED, GREEN = 5, BLUE = -1 };
        typedef struct { float re, im; } complex_t;
        /** One sample. */
        struct sample {
            int64_t time; /**< when */
            double value[2][3];
            enum colour colour;
            char name[8];
            complex_t z;
            struct { uint8_t a; bool b; };
            struct { uint16_t q; } inner;
        };

        /** The samples. */
        MUK_IN(samples, struct sample)
        MUK_OUT(results, complex_t)
        MUK_OUT(lines, muk_bytes)
        MUK_IN(text, muk_stream)
        MUK_OUT(numbers, int32_t[16])
        MUK_CAPACITY(samples, 1 << 20)
        MUK_RECORD_MAX(lines, 4096)
        MUK_MEMORY(64 << 20)
        MUK_STACK(1 << 20)

        int main(void) {
            return 0;
        }
        """;

    [Fact]
    public void Every_kind_of_port_and_type_is_described_as_the_golden_file_has_it()
    {
        using var shop = new Workshop();
        shop.Write("all.c", Everything);
        Assert.Empty(shop.Build());
        var golden = Path.Combine(Workshop.Repository, "tests/golden/manifest-all.txt");
        var text = Print(shop.Manifest("all"));
        if (Environment.GetEnvironmentVariable("MUK_GOLDEN") == "write")
        {
            File.WriteAllText(golden, text);
        }

        Assert.Equal(File.ReadAllText(golden), text);
    }

    [Fact]
    public void A_program_without_ports_has_the_three_standard_ones()
    {
        using var shop = new Workshop();
        shop.Write("plain.c", "int main(void) { return 0; }\n");
        Assert.Empty(shop.Build());
        Assert.Equal(
            [("in", PortDirection.In), ("out", PortDirection.Out), ("err", PortDirection.Out)],
            shop.Manifest("plain").Ports.Select(p => (p.Name, p.Direction)));
    }

    [Fact]
    public void Ports_of_several_files_are_joined_and_each_types_indices_still_hold()
    {
        using var shop = new Workshop();
        shop.Write("two/a.c", "#include <muk.h>\nstruct a { int x; };\nMUK_IN(first, struct a)\nint main(void) { return 0; }\n");
        shop.Write("two/b.c", "#include <muk.h>\nstruct b { double y; struct { char c; } in; };\nMUK_OUT(second, struct b)\n");
        Assert.Empty(shop.Build());
        var manifest = shop.Manifest("two");
        Assert.Equal(["first", "second", "err"], manifest.Ports.Select(p => p.Name));
        Assert.Equal("struct b", manifest.Types[manifest.Ports[1].Type].Name);
        Assert.Equal("double", manifest.Types[manifest.Types[manifest.Ports[1].Type].Fields![0].Type].Name);
    }

    private static string Print(Manifest manifest)
    {
        var text = new StringBuilder();
        text.Append($"{manifest.Name}: {manifest.Doc} memory {manifest.MemoryBytes} stack {manifest.StackBytes}\n");
        foreach (var port in manifest.Ports)
        {
            text.Append($"port {port.Name} {port.Direction} {port.Kind} type {port.Type} bytes {port.MessageBytes} ");
            text.Append($"align {port.MessageAlign} capacity {port.CapacityBytes} doc '{port.Doc}'\n");
        }

        foreach (var (type, index) in manifest.Types.Select((t, i) => (t, i)))
        {
            text.Append($"type {index} '{type.Name}' {type.Kind} bytes {type.Bytes} align {type.Align} ");
            text.Append($"element {type.Element} count {type.Count} doc '{type.Doc}'\n");
            foreach (var field in type.Fields ?? [])
            {
                text.Append($"  field {field.Name} type {field.Type} at {field.Offset} doc '{field.Doc}'\n");
            }

            foreach (var value in type.Enumerators ?? [])
            {
                text.Append($"  {value.Name} = {value.Value}\n");
            }
        }

        return text.ToString();
    }
}
