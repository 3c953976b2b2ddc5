using System.Buffers.Binary;
using System.Text;
using Muk.Orchestrator.Images;

namespace Muk.Tests.Orchestrator.Images;

public sealed class ElfSectionsTests
{
    [Fact]
    public void Sections_have_names_and_sizes_in_the_file_and_in_memory()
    {
        Assert.Equal(
            [new(".text", 0x1000, 0, 10, 10), new(".bss", 0x2000, 0, 0, 100), new(".shstrtab", 0, 64, 22, 0)],
            ElfSections.Read(SmallElf()));
    }

    [Fact]
    public void Whatever_the_bytes_are_nothing_is_thrown()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var read = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var file = SmallElf();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            read += ElfSections.Read(file.AsSpan(0, random.Next(4) == 0 ? random.Next(file.Length) : file.Length)).Count;
        }

        Assert.True(read > 1000, $"seed {seed}: only {read} sections read");
    }

    private static byte[] SmallElf()
    {
        var names = Encoding.ASCII.GetBytes("\0.text\0.bss\0.shstrtab\0");
        var table = 64 + names.Length;
        var file = new byte[table + (4 * 64)];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), (ulong)table);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 4);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(62), 3);
        names.CopyTo(file, 64);
        Section(1, name: 1, type: 1, flags: 6, address: 0x1000, offset: 0, bytes: 10);
        Section(2, name: 7, type: 8, flags: 3, address: 0x2000, offset: 0, bytes: 100);
        Section(3, name: 12, type: 3, flags: 0, address: 0, offset: 64, bytes: (ulong)names.Length);
        return file;

        void Section(int index, uint name, uint type, ulong flags, ulong address, ulong offset, ulong bytes)
        {
            var at = file.AsSpan(table + (index * 64));
            BinaryPrimitives.WriteUInt32LittleEndian(at, name);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], flags);
            BinaryPrimitives.WriteUInt64LittleEndian(at[16..], address);
            BinaryPrimitives.WriteUInt64LittleEndian(at[24..], offset);
            BinaryPrimitives.WriteUInt64LittleEndian(at[32..], bytes);
        }
    }
}
