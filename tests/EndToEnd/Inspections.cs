using System.Text.Json;

namespace Muk.Tests.EndToEnd;

/// <summary>What <c>muk inspect</c> tells of an image.</summary>
public sealed class Inspections
{
    [Fact]
    public async Task An_image_is_shown_with_its_segments_and_its_size_by_section()
    {
        var outcome = await Launcher.MukAsync(["inspect", "fir", "--json"]);
        using var facts = JsonDocument.Parse(outcome.Expect(0).Out);
        var root = facts.RootElement;
        var rights = root.GetProperty("segments").EnumerateArray().Select(segment => segment.GetProperty("rights").GetString()!).ToArray();
        Assert.Contains("r-x", rights);
        Assert.DoesNotContain("rwx", rights);
        var text = root.GetProperty("sections").EnumerateArray().Single(section => section.GetProperty("name").GetString() == ".text");
        Assert.InRange(text.GetProperty("memoryBytes").GetInt64(), 1, root.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task A_struct_port_is_shown_field_by_field_with_its_offsets()
    {
        var shown = (await Launcher.MukAsync(["inspect", "fir"])).Expect(0).Out;
        Assert.Contains("samples < struct sample (16 B)  The signal.", shown, StringComparison.Ordinal);
        Assert.Contains("smooth > struct sample (16 B), copied  The same", shown, StringComparison.Ordinal);
        Assert.Matches(@"/\*\s+8\s+8 \*/\s+double value;", shown);
    }
}
