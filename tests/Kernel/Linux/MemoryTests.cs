using Muk.Kernel.Control;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>The memory family as system calls; the address space itself has tests of its own.</summary>
public sealed class MemoryTests : IDisposable
{
    private const ulong Page = FakeGuest.Page, Read = 1, ReadWrite = 3, Execute = 4, Private = 2, Shared = 1, Anonymous = 0x20;
    private const ulong None = ulong.MaxValue;
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-memory-").FullName;
    private readonly Bench _bench;

    public MemoryTests() => _bench = new(files: new FileGrant(_folder, Write: true));

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Anonymous_memory_is_there_zero_and_gone_again()
    {
        var at = (ulong)_bench.Call(Calls.Mmap, 0, 2 * Page, ReadWrite, Private | Anonymous, None, 0);
        _bench.Words(at + Page - 8, 1, 2);
        Assert.Equal(0ul, _bench.Word(at));
        Assert.Equal(0, _bench.Call(Calls.Munmap, at, Page));
        Assert.False(_bench.Guest.Memory.TryReadU64(at, out _));
        Assert.Equal(2ul, _bench.Word(at + Page));
    }

    [Theory]
    [InlineData(0ul, Private | Anonymous, 0ul, -Errno.Invalid)]
    [InlineData(4096ul, Anonymous, 0ul, -Errno.Invalid)]
    [InlineData(4096ul, Private | Anonymous, 1ul, -Errno.Invalid)]
    [InlineData(ulong.MaxValue, Private | Anonymous, 0ul, -Errno.Invalid)]
    [InlineData(4096ul, Private, 0ul, -Errno.BadDescriptor)]
    public void A_mapping_of_nonsense_is_refused(ulong bytes, ulong flags, ulong offset, long expected) =>
        Assert.Equal(expected, _bench.Call(Calls.Mmap, 0, bytes, ReadWrite, flags, 99, offset));

    [Fact]
    public void Memory_is_never_writable_and_executable_at_once()
    {
        Assert.Equal(-Errno.Perm, _bench.Call(Calls.Mmap, 0, Page, ReadWrite | Execute, Private | Anonymous, None, 0));
        Assert.Equal(-Errno.Perm, _bench.Call(Calls.Mprotect, FakeGuest.Base, Page, ReadWrite | Execute));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Mprotect, FakeGuest.Base, Page, 8));
    }

    [Fact]
    public void A_granted_file_is_mapped_as_a_private_copy()
    {
        File.WriteAllText(Path.Combine(_folder, "f"), "contents");
        var file = (ulong)_bench.Call(Calls.Open, _bench.Text(Path.Combine(_folder, "f")), OpenFlags.ReadWrite);
        var at = (ulong)_bench.Call(Calls.Mmap, 0, Page, ReadWrite, Private, file, 0);
        Assert.Equal("contents\0", _bench.Read(at, 9));
        _bench.Text("changed", at);
        Assert.Equal("contents", File.ReadAllText(Path.Combine(_folder, "f")));
        var readOnly = (ulong)_bench.Call(Calls.Mmap, 0, Page, Read, Shared, file, 0);
        Assert.Equal("contents", _bench.Read(readOnly, 8));
        Assert.False(_bench.Guest.Memory.TryWriteU64(readOnly, 0));
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Mmap, 0, Page, ReadWrite, Shared, file, 0));
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Mmap, 0, Page, ReadWrite, Private, 0, 0));
    }

    [Fact]
    public void The_break_moves_memory_grows_and_given_back_pages_read_as_zero()
    {
        var start = (ulong)_bench.Call(Calls.Brk, 0);
        Assert.Equal((long)(start + Page), _bench.Call(Calls.Brk, start + Page));
        _bench.Words(start, 42);
        Assert.Equal(0, _bench.Call(Calls.Madvise, start, Page, 4));
        Assert.Equal(0ul, _bench.Word(start));
        Assert.Equal(0, _bench.Call(Calls.Madvise, start, Page, 3));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Madvise, start, Page, 77));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Madvise, start + 1, Page, 4));
        var old = (ulong)_bench.Call(Calls.Mmap, 0, Page, ReadWrite, Private | Anonymous, None, 0);
        _bench.Words(old, 7);
        var moved = (ulong)_bench.Call(Calls.Mremap, old, Page, 4 * Page, 1);
        Assert.Equal(7ul, _bench.Word(moved));
    }

    [Fact]
    public void What_could_never_be_had_is_refused_when_it_is_asked_for()
    {
        const ulong limit = 4 << 20, readWrite = 3, none = 0, anonymous = 0x22, noReserve = 0x4000;
        Assert.Equal(-Errno.NoMemory, _bench.Call(Calls.Mmap, 0, 2 * limit, readWrite, anonymous, ulong.MaxValue, 0));
        Assert.True(_bench.Call(Calls.Mmap, 0, 2 * limit, readWrite, anonymous | noReserve, ulong.MaxValue, 0) > 0);
        var reserved = (ulong)_bench.Call(Calls.Mmap, 0, 1ul << 38, none, anonymous, ulong.MaxValue, 0);
        Assert.Equal(0, _bench.Call(Calls.Mprotect, reserved, limit / 4, readWrite));
        Assert.Equal(-Errno.NoMemory, _bench.Call(Calls.Mprotect, reserved, limit, readWrite));
        Assert.Equal(0, _bench.Call(Calls.Mprotect, reserved, limit, 1));
        Assert.Equal(0, _bench.Call(Calls.Madvise, reserved, 1ul << 38, 16));
    }

    [Fact]
    public void Mincore_tells_what_is_committed()
    {
        var at = (ulong)_bench.Call(Calls.Mmap, 0, 8 * FakeGuest.Page, 3, 0x22, ulong.MaxValue, 0);
        Assert.Equal(0, _bench.Call(27, at, (8 * FakeGuest.Page) - 1, Bench.At));
        Assert.Equal(0x0101_0101_0101_0101ul, _bench.Word(Bench.At));
        Assert.Equal(-Errno.NoMemory, _bench.Call(27, at, 9 * FakeGuest.Page, Bench.At));
        Assert.Equal(-Errno.Invalid, _bench.Call(27, at + 1, FakeGuest.Page, Bench.At));
        Assert.Equal(-Errno.Fault, _bench.Call(27, at, FakeGuest.Page, FakeGuest.End));
    }

    [Fact]
    public void Advice_that_needs_nothing_done_is_taken()
    {
        var at = (ulong)_bench.Call(Calls.Mmap, 0, 8 * FakeGuest.Page, 3, 0x22, ulong.MaxValue, 0);
        Assert.All([0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23],
            advice => Assert.Equal(0, _bench.Call(Calls.Madvise, at, FakeGuest.Page, (ulong)advice)));
        Assert.All([5, 6, 7, 9, 64, 100],
            advice => Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Madvise, at, FakeGuest.Page, (ulong)advice)));
    }

    [Fact]
    public void Where_Linux_keeps_the_memory_no_such_call_is_served()
    {
        using var bench = new Bench(Memories.OfLinux);
        foreach (var call in new[] { Calls.Mmap, Calls.Munmap, Calls.Mprotect, Calls.Mremap, Calls.Brk, Calls.Madvise })
        {
            Assert.Equal(-Errno.NoSystemCall, bench.Call(call, 0, Page, ReadWrite, Private | Anonymous, None, 0));
        }
    }
}
