using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

public sealed class RingTests : IDisposable
{
    private const int DataBytes = 0x3000;
    private const ulong At = GuestLayout.RingsAddress + (3 * GuestLayout.RingStride);
    private const ulong Data = At + RingLayout.DataOffset;

    private readonly TestMachine _machine = new();
    private readonly List<SharedMemoryFile> _files = [];

    public void Dispose()
    {
        _machine.Dispose();
        foreach (var file in _files)
        {
            file.Dispose();
            File.Delete(file.Path);
        }
    }

    [Theory]
    [InlineData(PortDirection.Out, At, "belongs to its peer")]
    [InlineData(PortDirection.Out, At + RingLayout.ConsumerOffset, "belongs to its peer")]
    [InlineData(PortDirection.In, At, "belongs to its peer")]
    [InlineData(PortDirection.In, At + RingLayout.ProducerOffset, "belongs to its peer")]
    [InlineData(PortDirection.In, Data, "belongs to its peer")]
    [InlineData(PortDirection.In, Data + DataBytes, "belongs to its peer")]
    [InlineData(PortDirection.Out, Data + (2 * DataBytes), "nothing is mapped")]
    [InlineData(PortDirection.Out, At + 0x3000, "nothing is mapped")]
    public void A_page_of_a_ring_that_is_its_peers_cannot_be_written(PortDirection direction, ulong address, string reason)
    {
        var end = Assert.IsType<GuestEnd.Crashed>(_machine.Run(Plan(direction, "write", $"{address}")));
        Assert.Equal(11, end.Signal);
        Assert.Contains(reason, end.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortDirection.Out, Data, RingLayout.DataOffset)]
    [InlineData(PortDirection.Out, Data + DataBytes + 0x1000, RingLayout.DataOffset + 0x1000)]
    [InlineData(PortDirection.Out, At + RingLayout.ProducerOffset, RingLayout.ProducerOffset)]
    [InlineData(PortDirection.In, At + RingLayout.ConsumerOffset, RingLayout.ConsumerOffset)]
    public void What_a_guest_writes_to_its_own_pages_is_in_the_rings_file(PortDirection direction, ulong address, long offset)
    {
        var plan = Plan(direction, "write", $"{address}");
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(plan));
        Assert.Equal(1, ByteAt(offset));
    }

    [Fact]
    public void A_consumer_that_touches_may_write_data_and_still_not_its_peers_page()
    {
        var touches = Plan(PortDirection.In, RingFlags.ConsumerTouches, "write", $"{Data}");
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(touches));
        Assert.Equal(1, ByteAt(RingLayout.DataOffset));
        var wants = Plan(PortDirection.In, RingFlags.ConsumerTouches, "write", $"{At + RingLayout.ProducerOffset}");
        Assert.IsType<GuestEnd.Crashed>(_machine.Run(wants));
    }

    [Theory]
    [InlineData(At, 0)]
    [InlineData(At + RingLayout.ProducerOffset, RingLayout.ProducerOffset)]
    [InlineData(Data, RingLayout.DataOffset)]
    [InlineData(Data + DataBytes, RingLayout.DataOffset)]
    [InlineData(Data + DataBytes + 0x2000, RingLayout.DataOffset + 0x2000)]
    public void A_consumer_sees_what_the_file_has_and_the_data_twice(ulong address, long offset)
    {
        var plan = Plan(PortDirection.In, "read", $"{address}", "77");
        RandomAccess.Write(_files[^1].Handle, [77], offset);
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan));
    }

    [Fact]
    public void Another_ring_at_the_same_port_is_seen_and_the_old_one_is_not()
    {
        for (byte i = 1; i < 60; i++)
        {
            var direction = i % 3 == 0 ? PortDirection.In : PortDirection.Out;
            var plan = Plan(direction, "read", $"{Data + DataBytes}", $"{i}");
            RandomAccess.Write(_files[^1].Handle, [i], RingLayout.DataOffset);
            Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan));
            Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan));
        }

        Assert.IsType<GuestEnd.Crashed>(_machine.Do("read", $"{Data}", "59"));
    }

    [Fact]
    public void A_ring_file_made_anew_under_the_same_name_is_the_one_that_is_seen()
    {
        var plan = Plan(PortDirection.In, "read", $"{Data}", "1");
        RandomAccess.Write(_files[^1].Handle, [1], RingLayout.DataOffset);
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan));
        File.Delete(_files[^1].Path);
        _files.Add(SharedMemoryFile.Create(_files[^1].Path, RingLayout.DataOffset + DataBytes));
        RandomAccess.Write(_files[^1].Handle, [2], RingLayout.DataOffset);
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan with { Arguments = ["guest", "read", $"{Data}", "2"] }));
    }

    [Fact]
    public void A_ring_that_is_not_there_is_refused_and_the_next_start_is_whole()
    {
        var plan = Plan(PortDirection.Out, "write", $"{Data}");
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(plan));
        var gone = plan with { Rings = [plan.Rings[0] with { Path = "/dev/shm/muk-test-no-such-ring" }] };
        Assert.Throws<HostException>(() => _machine.Machine.Load(gone));
        var again = Plan(PortDirection.Out, "write", $"{Data}");
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(again));
        Assert.Equal(1, ByteAt(RingLayout.DataOffset));
    }

    [Fact]
    public void Rings_cannot_be_unmapped_protected_or_mapped_over()
    {
        var refused = 0;
        var calls = new TestCalls
        {
            OnCall = (call, guest) =>
            {
                if (call.Number != 39)
                {
                    var space = guest.AddressSpace!;
                    refused += space.Unmap(new(Data), 4096) == -1 ? 1 : 0;
                    refused += space.Protect(new(At), 4096,
                        Muk.Kernel.Memory.PageRights.Read | Muk.Kernel.Memory.PageRights.Write) == -1 ? 1 : 0;
                    refused += space.Map(new(Data), 4096, Muk.Kernel.Memory.PageRights.Read, fixedAddress: true, replace: true) == -1
                        ? 1 : 0;
                    refused += space.Discard(new(GuestLayout.BootAddress), 4096) == -1 ? 1 : 0;
                    refused += space.Unmap(new(GuestLayout.StubAddress), 4096) == -1 ? 1 : 0;
                    refused += space.Remap(new(Data), 4096, 8192, 1, default) == -1 ? 1 : 0;
                }
            },
        };
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(Plan(PortDirection.In, "calls", "1"), calls));
        Assert.Equal(6, refused);
    }

    private GuestPlan Plan(PortDirection direction, params string[] arguments) => Plan(direction, RingFlags.None, arguments);

    private GuestPlan Plan(PortDirection direction, RingFlags flags, params string[] arguments)
    {
        var file = SharedMemoryFile.Create(TestFolders.SharedName("ring"), RingLayout.DataOffset + DataBytes);
        _files.Add(file);
        return TestMachine.Plan(TestGuests.Bare("deeds"), arguments) with
        {
            Rings = [new GuestRing(3, direction, file.Path, DataBytes, Flags: flags)],
        };
    }

    private byte ByteAt(long offset)
    {
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(_files[^1].Handle, one, offset);
        return one[0];
    }
}
