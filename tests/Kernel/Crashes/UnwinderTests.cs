using System.Buffers.Binary;
using Muk.Abi;
using Muk.Kernel.Crashes.Unwinding;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Crashes;

/// <summary>Callers are found by an image's unwind tables.</summary>
public sealed class UnwinderTests
{
    private const ulong Image = GuestLayout.ImageAddress;
    private const ulong Stack = 0x7000_0000_0000;
    private const ulong Leaf = Image + 0x1000;
    private const ulong Middle = Image + 0x1100;
    private const ulong Outer = Image + 0x1200;

    [Fact]
    public void Callers_are_found_by_the_rules_for_where_each_function_stands()
    {
        // In leaf: nothing pushed yet. In middle: rbp pushed, 16 bytes kept. In outer: its frame hangs on the rbp that middle saved.
        var guest = Guest();
        guest.Word(Stack, Middle + 0x20).Word(Stack + 0x18, Stack + 0x40).Word(Stack + 0x20, Outer + 0x30).Word(Stack + 0x48, 0);
        Assert.Equal([Leaf, Middle + 0x20, Outer + 0x30], Walk(guest, Leaf));
    }

    [Fact]
    public void A_function_of_the_library_which_has_no_table_is_left_by_the_call_that_entered_it()
    {
        const ulong library = Image + 0x1800;
        var guest = Guest();
        // push rbp; … — entered by a call in middle. A stale return address of a call of something else lies before it.
        guest.Put(library, [0x55, 0x90, 0x90, 0x90]);
        guest.Call(Middle + 0x20, library).Call(Outer + 0x10, Leaf);
        guest.Word(Stack, Outer + 0x10).Word(Stack + 8, Stack + 0x100).Word(Stack + 16, Middle + 0x20);
        guest.Word(Stack + 0x28, Stack + 0x60).Word(Stack + 0x30, Outer + 0x30).Word(Stack + 0x68, 0);
        Assert.Equal([library + 2, Middle + 0x20, Outer + 0x30], Walk(guest, library + 2));
    }

    [Fact]
    public void A_stack_that_leads_back_to_itself_ends_the_walk()
    {
        var guest = Guest();
        guest.Word(Stack, Outer + 0x30).Word(Stack + 0x10, Stack).Word(Stack + 0x18, Outer + 0x30);
        Assert.InRange(Walk(guest, Leaf, framePointer: Stack + 0x10).Count, 2, 3);
    }

    [Fact]
    public void An_image_without_tables_is_somebody_elses_affair()
    {
        var guest = new Sparse();
        guest.Put(Image, new byte[256]);
        Assert.Null(Unwinder.Walk(guest, new GuestRegisters { Rip = Leaf, Rsp = Stack }, 64));
    }

    [Fact]
    public void Spoilt_tables_give_a_backtrace_of_whatever_length()
    {
        var seed = Random.Shared.Next();
        for (var i = 0; i < 20_000; i++)
        {
            var random = new Random(seed + i);
            var guest = Guest();
            guest.Word(Stack, Middle + 0x20).Word(Stack + 0x18, Stack + 0x40).Word(Stack + 0x20, Outer + 0x30);
            guest.Spoil(random);
            var frames = Unwinder.Walk(guest, new GuestRegisters { Rip = Leaf, Rsp = Stack, Rbp = Stack + 64 }, 64);
            Assert.True(frames is null or { Count: > 0 and <= 64 }, $"seed {seed + i}");
        }
    }

    private static List<ulong> Walk(Sparse guest, ulong at, ulong framePointer = 0) =>
        [.. Unwinder.Walk(guest, new GuestRegisters { Rip = at, Rsp = Stack, Rbp = framePointer }, 64)!.Select(f => f.Value)];

    /// <summary>An image with three functions, laid out by hand.</summary>
    private static Sparse Guest()
    {
        const int headerAt = 0x200;
        const int framesAt = 0x300;
        var image = new byte[0x2000];
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(32), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(64), 0x6474e550);
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(64 + 16), headerAt);
        byte[] common = [0x10, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'z', (byte)'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1];
        common[0] = (byte)(common.Length - 4);
        common.CopyTo(image, framesAt);
        // pushq %rbp; subq $16, %rsp. And: pushq %rbp; movq %rsp, %rbp.
        (ulong Function, byte[] Rules)[] functions =
        [
            (Leaf, []),
            (Middle, [0x41, 0x0e, 16, 0x86, 2, 0x44, 0x0e, 32]),
            (Outer, [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6]),
        ];
        var at = framesAt + common.Length;
        byte[] header = [1, 0x1b, 3, 0x3b, 0, 0, 0, 0, (byte)functions.Length, 0, 0, 0];
        header.CopyTo(image, headerAt);
        for (var i = 0; i < functions.Length; i++)
        {
            var (function, rules) = functions[i];
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(headerAt + 12 + (i * 8)), (int)(function - Image) - headerAt);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(headerAt + 16 + (i * 8)), at - headerAt);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), 13 + rules.Length);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 4), at + 4 - framesAt);
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 8), (int)(function - Image) - (at + 8));
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at + 12), 0x80);
            rules.CopyTo(image, at + 17);
            at += 17 + rules.Length;
        }

        var guest = new Sparse();
        guest.Put(Image, image);
        guest.Put(Stack, new byte[4096]);
        return guest;
    }

    private sealed class Sparse : IGuestMemory
    {
        private readonly List<(ulong At, byte[] Bytes)> _pieces = [];

        public void Put(ulong at, byte[] bytes) => _pieces.Add((at, bytes));

        public Sparse Word(ulong at, ulong value)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            Put(at, bytes);
            return this;
        }

        /// <summary>A call that returns to <paramref name="back"/>.</summary>
        public Sparse Call(ulong back, ulong target)
        {
            var bytes = new byte[5];
            bytes[0] = 0xe8;
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), (int)(target - back));
            Put(back - 5, bytes);
            return this;
        }

        public void Spoil(Random random)
        {
            var image = _pieces[0].Bytes;
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                image[random.Next(0x200, 0x400)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 0xff);
            }
        }

        public bool TryRead(GuestAddress from, Span<byte> into)
        {
            for (var i = _pieces.Count - 1; i >= 0; i--)
            {
                var (at, bytes) = _pieces[i];
                if (from.Value >= at && from.Value - at + (ulong)into.Length <= (ulong)bytes.Length)
                {
                    bytes.AsSpan((int)(from.Value - at), into.Length).CopyTo(into);
                    return true;
                }
            }

            return false;
        }

        public bool TryWrite(GuestAddress to, ReadOnlySpan<byte> from) => false;
    }
}
