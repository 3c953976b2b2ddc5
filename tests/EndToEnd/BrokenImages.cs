using System.Buffers.Binary;

namespace Muk.Tests.EndToEnd;

/// <summary>Files that call themselves images and are none are refused before anything starts.</summary>
public sealed class BrokenImages(Sandbox sandbox) : IClassFixture<Sandbox>
{
    private const int MachineOffset = 18; // e_machine in the ELF header.
    private const ushort MachineAarch64 = 183;

    [Fact]
    public Task A_truncated_image_is_refused() => RefusedAsync("truncated", image => image[..(image.Length / 2)]);

    [Fact]
    public Task An_empty_file_is_refused() => RefusedAsync("empty", _ => []);

    [Fact]
    public Task A_program_that_is_not_static_is_refused() => RefusedAsync("dynamic", _ => File.ReadAllBytes("/bin/true"));

    [Fact]
    public Task A_program_for_another_machine_is_refused() => RefusedAsync("foreign", image =>
    {
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(MachineOffset), MachineAarch64);
        return image;
    });

    [Fact]
    public Task An_image_of_another_version_is_refused() => RefusedAsync("newer", image =>
    {
        // The note: name size 4, descriptor size, type 1, "Muk\0", then the manifest, whose first word is the version.
        var name = image.AsSpan().IndexOf("\u0001\0\0\0Muk\0"u8);
        Assert.True(name > 0, "the image has a manifest");
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(name + 8), 99);
        return image;
    }, "99");

    private async Task RefusedAsync(string name, Func<byte[], byte[]> spoil, params string[] said)
    {
        var whole = await File.ReadAllBytesAsync(Path.Combine(sandbox.Images, "copy.muk"));
        var path = Path.Combine(sandbox.Images, name + ".muk");
        await File.WriteAllBytesAsync(path, spoil(whole));
        try
        {
            (await Launcher.MukAsync(["run", name, "--share-cores"], sandbox)).ExpectMistake(126, [name, .. said]);
            Assert.Contains(name, (await Launcher.MukAsync(["ls"], sandbox)).Expect(0).Out, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
