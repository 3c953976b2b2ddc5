using System.Buffers.Binary;
using System.Text;
using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Images;

public sealed class ImageReaderTests
{
    [Fact]
    public void A_good_image_says_what_it_has()
    {
        var image = ImageReader.Parse("good.muk", new ElfDraft().Build());
        Assert.Equal(0x1000UL, image.Entry);
        Assert.Equal(3, image.Segments.Count);
        Assert.Equal(PageRights.Read | PageRights.Execute, image.Segments[1].Rights);
        Assert.Equal(0x40UL, image.ProgramHeadersOffset);
        Assert.Equal("draft", image.Manifest.Name);
    }

    [Theory]
    [InlineData(0, "", "")]
    [InlineData(2, "", "")]
    [InlineData(3, "avx2", "built for x86-64-v3, and this host lacks avx2; "
        + "build it with dotnet build muks/Muks.proj -p:MukMarch=x86-64-v2")]
    [InlineData(4, "avx2", "built for x86-64-v4, and this host lacks avx2; "
        + "build it with dotnet build muks/Muks.proj -p:MukMarch=x86-64-v2")]
    public void An_image_for_a_better_processor_is_refused_by_the_instructions_it_needs(int level, string missing, string said)
    {
        var manifest = new Manifest { Name = "draft", BuildHash = new byte[32], Ports = [], InstructionLevel = (uint)level };
        var file = new ElfDraft { Notes = ManifestCodec.WrapNote(ManifestCodec.Write(manifest)) }.Build();
        var old = new Processor(["", missing, "avx512f"]);
        var problem = Record.Exception(() => ImageReader.Parse("new.muk", file, old));
        Assert.Equal(said, problem is ImageException ? problem.Message["new.muk cannot run here: it was ".Length..] : "");
    }

    [Fact]
    public void The_level_of_this_host_agrees_with_what_Linux_says_of_it()
    {
        var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        var lacks = Processor.Host.Lacks(4);
        Assert.True(lacks.Length == 0 || !flags.Contains(lacks), lacks);
        Assert.Equal(flags.Contains("avx2") && flags.Contains("fma") && flags.Contains("bmi2"), Processor.Host.Level >= 3);
    }

    public static TheoryData<string, string> Refusals() => new()
    {
        { "empty", "not an ELF file" },
        { "text", "not an ELF file" },
        { "header cut", "its ELF header is not all there" },
        { "32 bit", "not a 64-bit" },
        { "arm", "another machine (ELF machine 183)" },
        { "executable", "not position independent; link it with -static-pie" },
        { "relocatable", "no program (ELF type 1)" },
        { "headers outside", "program headers are not all there" },
        { "no headers", "has 0 program headers" },
        { "interpreter", "names an interpreter" },
        { "needed", "needs shared libraries" },
        { "write and execute", "both writable and executable" },
        { "overlap", "overlap, share a page or are out of order" },
        { "same page", "overlap, share a page or are out of order" },
        { "huge", "needs more than 16 GiB" },
        { "wrapping", "needs more than 16 GiB" },
        { "segment cut", "a segment lies outside the file" },
        { "smaller", "smaller than what the file has" },
        { "misaligned", "do not match by page" },
        { "entry in data", "lies in no executable segment" },
        { "entry nowhere", "lies in no executable segment" },
        { "no note", "no manifest (.note.muk); build it with ./muk build" },
        { "two notes", "two manifests" },
        { "note cut", "ends outside its segment" },
        { "note nonsense", "the manifest is malformed" },
        { "other version", "built for ABI version 7" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_run_is_refused_in_one_line_that_says_why(string fault, string reason)
    {
        var problem = Assert.Throws<ImageException>(() => ImageReader.Parse("bad.muk", Break(fault)));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("bad.muk cannot run here: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        var problem = Assert.Throws<ImageException>(() => ImageReader.Read("/nowhere/at-all.muk"));
        Assert.Contains("cannot", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_changed_in_an_image_it_is_read_or_refused()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var good = new ElfDraft().Build();
        int read = 0, refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Mutate(good, random);
            try
            {
                var image = ImageReader.Parse("fuzz.muk", bytes);
                read++;
                Assert.All(image.Segments, s => Assert.True(s.FileOffset >= 0 && s.FileOffset + s.FileBytes <= bytes.Length));
                Assert.All(image.Segments, s => Assert.True(s.Start + s.MemoryBytes <= ImageReader.LoadedBytesMax));
            }
            catch (ImageException)
            {
                refused++;
            }
            catch (Exception problem) when (problem is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, round {round}: {problem}");
            }
        }

        Assert.True(read > 0 && refused > 0, $"seed {seed}: {read} read, {refused} refused");
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = random.Next(10) == 0 ? good[..random.Next(good.Length)] : (byte[])good.Clone();
        for (var i = random.Next(4); i >= 0 && bytes.Length > 8; i--)
        {
            // Headers and notes are where the decisions are.
            var at = random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(0x600, bytes.Length));
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Math.Min(at & ~7, bytes.Length - 8)), Interesting(random));
                    break;
                default:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Math.Min(at & ~3, bytes.Length - 4)), (uint)Interesting(random));
                    break;
            }
        }

        return bytes;
    }

    private static ulong Interesting(Random random) => random.Next(6) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => 1UL << random.Next(64),
        3 => (1UL << random.Next(64)) - 1,
        4 => (ulong)random.Next(0x4000),
        _ => (ulong)random.NextInt64(),
    };

    private static byte[] Break(string fault)
    {
        var draft = new ElfDraft();
        var bytes = draft.Build();
        switch (fault)
        {
            case "empty": return [];
            case "text": return Encoding.ASCII.GetBytes("#!/bin/sh\n");
            case "header cut": return bytes[..40];
            case "32 bit": bytes[4] = 1; return bytes;
            case "arm": bytes[18] = 183; return bytes;
            case "executable": bytes[16] = 2; return bytes;
            case "relocatable": bytes[16] = 1; return bytes;
            case "headers outside": return bytes[..100];
            case "no headers": bytes[56] = 0; return bytes;
            case "interpreter": draft.Extra.Add(new(3, 4, 0x200, 0x200, 1, 1)); break;
            case "needed": draft.Dynamic = [1, 5, 0, 0]; break;
            case "write and execute": draft.Text = draft.Text with { Flags = 7 }; break;
            case "overlap": draft.Data = draft.Data with { Address = 0x1000 }; break;
            case "same page": draft.Data = draft.Data with { Address = 0x1800, Offset = 0x1800 }; break;
            case "huge": draft.Data = draft.Data with { MemoryBytes = 1UL << 40 }; break;
            case "wrapping": draft.Data = draft.Data with { Address = ulong.MaxValue - 0xfff }; break;
            case "segment cut": draft.Data = draft.Data with { FileBytes = 0x100000, MemoryBytes = 0x100000 }; break;
            case "smaller": draft.Data = draft.Data with { MemoryBytes = 1 }; break;
            case "misaligned": draft.Data = draft.Data with { Address = 0x2010 }; break;
            case "entry in data": draft.Entry = 0x2000; break;
            case "entry nowhere": draft.Entry = 0x9000; break;
            case "no note": draft.Notes = []; break;
            case "two notes": draft.Notes = [.. draft.Notes, .. draft.Notes]; break;
            case "note cut": draft.Notes = draft.Notes[..^64]; break;
            case "note nonsense": draft.Notes = ManifestCodec.WrapNote(new byte[] { 1, 0, 0, 0, 9, 9, 9, 9 }); break;
            case "other version": draft.Notes = ManifestCodec.WrapNote(new byte[] { 7, 0, 0, 0, 8, 0, 0, 0 }); break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, "no such fault");
        }

        return draft.Build();
    }
}
