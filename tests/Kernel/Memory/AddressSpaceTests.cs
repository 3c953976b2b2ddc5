using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Memory;

public sealed class AddressSpaceTests : IDisposable
{
    private const ulong Page = 4096, Base = 0x4000_0000, Limit = 2 << 20;
    private const int Pages = 64;
    private const PageRights ReadWrite = PageRights.Read | PageRights.Write;

    private readonly FakePhysicalMemory _memory = new(8 << 20);
    private readonly PageTables _tables;
    private readonly AddressSpace _space;

    public AddressSpaceTests()
    {
        _tables = new PageTables(_memory.Base, 0, 1 << 20);
        _space = new AddressSpace(_memory, _tables, new FrameAllocator(1024, 1024));
        _space.Reset(Limit, 0x5000_0000, 0x7000_0000_0000);
    }

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Memory_calls_agree_with_a_plain_map_of_pages_and_their_contents() =>
        Prop.ForAll<int[]>(choices =>
        {
            _space.Reset(Limit, 0x5000_0000, 0x7000_0000_0000);
            var model = new ModelPage?[Pages];
            foreach (var choice in choices)
            {
                Apply(new Random(choice), model);
                Compare(model);
            }

            for (var i = 0; i < Pages; i++)
            {
                _space.Unmap(At(i), Page);
            }

            Assert.Equal(0UL, _space.Usage.Committed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_present_page_that_changes_is_always_told_to_the_host()
    {
        _space.Map(At(0), 4 * Page, ReadWrite, fixedAddress: true, replace: true);
        var physical = _tables.Find(Base, out _).Physical;
        _memory.Forgotten.Clear();
        Assert.Equal(0, _space.Protect(At(0), Page, PageRights.Read));
        Assert.Contains(physical, _memory.Forgotten);
        _memory.Forgotten.Clear();
        Assert.Equal((long)(Base + (40 * Page)), _space.Remap(At(0), Page, Page, 3, At(40)));
        Assert.Contains(physical, _memory.Forgotten);
        _memory.Forgotten.Clear();
        Assert.Equal(0, _space.Unmap(At(40), Page));
        Assert.Contains(physical, _memory.Forgotten);
    }

    [Fact]
    public void Page_tables_beyond_the_machines_own_count_and_their_end_is_out_of_memory()
    {
        const int tables = 8;
        var more = new FakeTableMemory(_memory, 1 << 20, tables);
        var own = new PageTables(_memory.Base, 0, 8 * Page, more);
        var space = new AddressSpace(_memory, own, new FrameAllocator(1024, 1024));
        for (var run = 0; run < 3; run++)
        {
            space.Reset(Limit, 0x5000_0000, 0x7000_0000_0000);
            var mapped = 0;
            while (space.Map(new(Base + ((ulong)mapped << 21)), Page, ReadWrite, fixedAddress: true, replace: true) > 0
                && space.TryWrite(new(Base + ((ulong)mapped << 21)), [1]))
            {
                mapped++;
            }

            Assert.Equal(tables + 5, mapped); // Three of the machine's eight lead to the others.
            Assert.Equal((ulong)(mapped + tables) * Page, space.Usage.Committed);
            Assert.Equal(FaultOutcome.OutOfMemory, space.Fault(Base + ((ulong)mapped << 21), MemoryAccess.Write));
            Assert.False(space.TryRestore());
        }

        Assert.Equal((1, 2), (more.Opened > 0 ? 1 : 0, more.Released));
    }

    [Theory]
    [InlineData(0x40000001UL, 4096UL, -22)]
    [InlineData(0x40000000UL, 0UL, -22)]
    [InlineData(0x1000UL, 4096UL, -1)]
    [InlineData(0x7fff_ffff_f000UL, 4096UL, -12)]
    [InlineData(0x7fff_ffff_e000UL, 8192UL, -12)]
    [InlineData(0xffff_ffff_ffff_f000UL, 4096UL, -12)]
    [InlineData(0x40000000UL, ulong.MaxValue, -12)]
    public void Nonsense_is_answered_with_an_error_number(ulong address, ulong bytes, long expected) =>
        Assert.Equal(expected, _space.Map(new GuestAddress(address), bytes, ReadWrite, fixedAddress: true, replace: true));

    [Fact]
    public void Memory_is_never_writable_and_executable()
    {
        Assert.Equal(-1, _space.Map(At(0), Page, ReadWrite | PageRights.Execute, fixedAddress: true, replace: true));
        _space.Map(At(0), Page, ReadWrite, fixedAddress: true, replace: true);
        Assert.Equal(-1, _space.Protect(At(0), Page, ReadWrite | PageRights.Execute));
        Assert.Equal(0, _space.Protect(At(0), Page, PageRights.Read | PageRights.Execute));
    }

    [Fact]
    public void The_break_goes_up_and_down_and_comes_back_as_zero()
    {
        Assert.Equal(0x5000_0000UL, _space.Break(default));
        Assert.Equal(0x5000_1234UL, _space.Break(new GuestAddress(0x5000_1234)));
        Assert.True(_space.TryWrite(new GuestAddress(0x5000_0000), [1, 2, 3]));
        Assert.Equal(0x5000_0000UL, _space.Break(new GuestAddress(0x5000_0000)));
        Span<byte> seen = [9, 9, 9];
        Assert.False(_space.TryRead(new GuestAddress(0x5000_0000), seen));
        _space.Break(new GuestAddress(0x5000_1000));
        Assert.True(_space.TryRead(new GuestAddress(0x5000_0000), seen));
        Assert.Equal([0, 0, 0], seen.ToArray());
        Assert.Equal(0x5000_1000UL, _space.Break(new GuestAddress(0x5000_1000 + Limit)));
    }

    [Fact]
    public void A_copy_over_the_end_of_what_is_mapped_is_refused()
    {
        _space.Map(At(0), Page, ReadWrite, fixedAddress: true, replace: true);
        Assert.True(_space.TryWrite(At(0), new byte[4096]));
        Assert.False(_space.TryWrite(At(0), new byte[4097]));
        Assert.False(_space.TryRead(new GuestAddress(ulong.MaxValue - 3), new byte[16]));
    }

    [Fact]
    public void What_is_given_back_across_regions_comes_back_with_each_ones_own_rights()
    {
        _space.Map(At(0), 3 * Page, PageRights.Read, fixedAddress: true, replace: true);
        _space.Protect(At(1), Page, ReadWrite);
        Assert.Equal(0, _space.Discard(At(0), 3 * Page));
        Assert.False(_space.TryWrite(At(0), [1]));
        Assert.True(_space.TryWrite(At(1), [1]));
        Assert.False(_space.TryWrite(At(2), [1]));

        _space.Protect(At(2), Page, PageRights.None);
        Assert.Equal(0, _space.Discard(At(1), 2 * Page));
        Assert.True(_space.TryWrite(At(1), [1]));
        Assert.False(_space.TryRead(At(2), new byte[1]));
    }

    [Fact]
    public void Zeroed_pages_of_the_image_are_given_back_and_its_files_own_are_not()
    {
        _space.Place(new(Base, Base + (2 * Page), ReadWrite, RegionKind.Image));
        _space.Place(new(Base + (2 * Page), Base + (4 * Page), ReadWrite, RegionKind.ImageZero));
        Assert.True(_space.TryCommit(Base, Base + (2 * Page)) && _space.TryCommit(Base + (2 * Page), Base + (4 * Page)));
        Assert.True(_space.TryWrite(At(0), [1]) && _space.TryWrite(At(2), [1]));
        Assert.Equal(-22, _space.Discard(At(0), Page));
        Assert.Equal(-22, _space.Discard(At(1), 2 * Page));
        Assert.Equal(0, _space.Discard(At(2), 2 * Page));
        var seen = new byte[1];
        Assert.True(_space.TryRead(At(2), seen));
        Assert.Equal(0, seen[0]);
    }

    [Fact]
    public void Remap_finds_the_end_of_what_a_stack_has_grown_to()
    {
        _space.Place(new(Base, Base + (8 * Page), ReadWrite, RegionKind.Stack));
        Assert.True(_space.TryCommit(Base + (6 * Page), Base + (8 * Page)));
        Assert.Equal(-12, _space.Remap(At(6), Page, 2 * Page, 0, default));
        Assert.Equal(-14, _space.Remap(At(5), Page, 2 * Page, 0, default));
    }

    private static GuestAddress At(int page) => new(Base + ((ulong)page * Page));

    private void Apply(Random random, ModelPage?[] model)
    {
        var first = random.Next(Pages);
        var count = random.Next(1, Math.Min(Pages - first, 12) + 1);
        var bytes = (ulong)count * Page;
        var rights = random.Next(4) switch { 0 => PageRights.None, 1 => PageRights.Read, _ => ReadWrite };
        switch (random.Next(6))
        {
            case 0:
                Assert.Equal((long)At(first).Value, _space.Map(At(first), bytes, rights, fixedAddress: true, replace: true));
                Array.Fill(model, new ModelPage(rights, 0), first, count);
                break;
            case 1:
                Assert.Equal(0, _space.Unmap(At(first), bytes));
                Array.Fill(model, null, first, count);
                break;
            case 2:
                var covered = model[first..(first + count)].All(p => p is not null);
                Assert.Equal(covered ? 0 : -12, _space.Protect(At(first), bytes, rights));
                for (var i = first; covered && i < first + count; i++)
                {
                    model[i] = model[i]! with { Rights = rights };
                }

                break;
            case 3:
                var mapped = model[first..(first + count)].All(p => p is not null);
                Assert.Equal(mapped ? 0 : -12, _space.Discard(At(first), bytes));
                for (var i = first; mapped && i < first + count; i++)
                {
                    model[i] = model[i]! with { Value = 0 };
                }

                break;
            case 4:
                Move(first, count, random.Next(Pages - count + 1), model);
                break;
            default:
                var value = random.NextInt64();
                var bytesOfValue = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(bytesOfValue, value);
                var writable = model[first] is { Rights: ReadWrite };
                Assert.Equal(writable, _space.TryWrite(At(first) + 64, bytesOfValue));
                model[first] = writable ? model[first]! with { Value = value } : model[first];
                break;
        }
    }

    private void Move(int first, int count, int to, ModelPage?[] model)
    {
        var source = model[first..(first + count)];
        var uniform = source.All(p => p is not null && p.Rights == source[0]?.Rights);
        var apart = to + count <= first || first + count <= to;
        var result = _space.Remap(At(first), (ulong)count * Page, (ulong)count * Page, 3, At(to));
        Assert.Equal(!uniform ? -14 : apart ? (long)At(to).Value : -22, result);
        if (uniform && apart)
        {
            Array.Fill(model, null, first, count);
            source.CopyTo(model, to);
        }
    }

    private void Compare(ModelPage?[] model)
    {
        var seen = new byte[8];
        for (var i = 0; i < Pages; i++)
        {
            var readable = model[i] is { Rights: not PageRights.None };
            Assert.Equal(readable, _space.TryRead(At(i) + 64, seen));
            if (readable)
            {
                Assert.Equal(model[i]!.Value, BinaryPrimitives.ReadInt64LittleEndian(seen));
            }
        }
    }

    private sealed record ModelPage(PageRights Rights, long Value);
}
