using FsCheck;
using FsCheck.Fluent;
using Muk.Abi;

namespace Muk.Tests.Channel.Abi;

/// <summary>The manifest survives the way into the note and back, and nonsense is refused, whatever it is.</summary>
public sealed class ManifestCodecTests
{
    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(Random).ToArbitrary(), manifest =>
        {
            var read = ManifestCodec.Read(ManifestCodec.Write(manifest));
            return Text(read) == Text(manifest);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_damaged_manifest_is_refused_or_read_but_nothing_else_happens()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = ManifestCodec.Write(Random(random.Next()));
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                var at = random.Next(bytes.Length);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 2:
                        bytes.AsSpan(at & ~3, Math.Min(4, bytes.Length - (at & ~3))).Fill(0xff);
                        break;
                    default:
                        bytes = bytes[..Math.Max(1, at)];
                        break;
                }
            }

            var outcome = Record.Exception(() => ManifestCodec.Read(bytes));
            Assert.True(outcome is null or ManifestFormatException, $"seed {seed}, round {round}, {outcome}: {Convert.ToHexString(bytes)}");
            refused += outcome is null ? 0 : 1;
        }

        Assert.True(refused > 1000, $"{refused} of 20000 damaged manifests were refused");
    }

    [Fact]
    public void Another_ABI_version_is_named()
    {
        var bytes = ManifestCodec.Write(Random(1));
        bytes[0]++;
        var error = Assert.Throws<ManifestFormatException>(() => ManifestCodec.Read(bytes));
        Assert.Contains("ABI version 2", error.Message, StringComparison.Ordinal);
    }

    private static Manifest Random(int seed)
    {
        var random = new Random(seed);
        var types = new List<Manifest.MessageType> { new("int32_t", MessageTypeKind.Signed, 4, 4, Doc: Word(random)) };
        for (var i = random.Next(5); i > 0; i--)
        {
            types.Add(random.Next(3) switch
            {
                0 => new(Word(random), MessageTypeKind.Array, 16, 4, Element: random.Next(types.Count), Count: 4),
                1 => new(Word(random), MessageTypeKind.Enum, 4, 4, Element: 0,
                    Enumerators: [.. Enumerable.Range(0, random.Next(4)).Select(
                        n => new Manifest.Enumerator(Word(random), random.Next() - n))]),
                _ => new(Word(random), MessageTypeKind.Struct, 64, 8,
                    Fields: [.. Enumerable.Range(0, random.Next(4)).Select(
                        n => new Manifest.Field(Word(random), random.Next(types.Count), (uint)n * 8, Word(random)))]),
            });
        }

        var ports = Enumerable.Range(0, random.Next(4)).Select(n =>
        {
            var type = random.Next(types.Count);
            var direction = (PortDirection)random.Next(1, 3);
            return random.Next(2) == 0
                ? new Manifest.Port(
                    $"port{n}", direction, PortKind.Fixed, type, types[type].Bytes, types[type].Align, (ulong)random.Next(), Word(random))
                : new Manifest.Port($"port{n}", direction, PortKind.Records, -1, 65536, 8, 0, Word(random), random.Next(2) == 1);
        });
        var hash = new byte[32];
        random.NextBytes(hash);
        return new Manifest
        {
            BuildHash = hash, Name = Word(random), Doc = Word(random), MemoryBytes = (ulong)random.NextInt64(), StackBytes = 4096,
            InstructionLevel = (uint)random.Next(5),
            Ports = [.. ports], Types = types,
        };
    }

    private static string Word(Random random) =>
        random.Next(4) switch { 0 => "", 1 => "größe → 3", 2 => "struct sample", _ => $"w{random.Next()}" };

    /// <summary>Everything a manifest says; records of lists do not compare by content.</summary>
    private static string Text(Manifest manifest) => System.Text.Json.JsonSerializer.Serialize(
        manifest with { Types = [.. manifest.Types.Select(t => t with { Fields = t.Fields ?? [], Enumerators = t.Enumerators ?? [] })] });
}
