using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>A machine that has run a guest: what is kept for the next one, and what is not.</summary>
public sealed class WarmTests : IDisposable
{
    private const int DataBytes = 0x3000;
    private const ulong Data = GuestLayout.RingsAddress + (3 * GuestLayout.RingStride) + RingLayout.DataOffset;

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

    [Fact]
    public void A_ring_that_stays_the_same_file_is_mapped_once()
    {
        var plan = Plan("write", $"{Data}");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new GuestEnd.Exited(99), _machine.Run(plan));
            _machine.Machine.Clear();
        }

        Assert.Equal(1, _machine.Machine.RingsMapped);
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(Plan("write", $"{Data}")));
        Assert.Equal(2, _machine.Machine.RingsMapped);
    }

    [Fact]
    public void A_ring_of_an_unknown_file_is_mapped_each_time()
    {
        var plan = Plan("write", $"{Data}");
        plan = plan with { Rings = [plan.Rings[0] with { File = default }] };
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(plan));
        Assert.Equal(new GuestEnd.Exited(99), _machine.Run(plan));
        Assert.Equal(2, _machine.Machine.RingsMapped);
    }

    [Fact]
    public void Another_file_under_the_same_name_is_mapped_even_where_the_old_one_is_expected()
    {
        var plan = Plan("read", $"{Data}", "1");
        RandomAccess.Write(_files[^1].Handle, [1], RingLayout.DataOffset);
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(plan));
        File.Delete(_files[^1].Path);
        _files.Add(SharedMemoryFile.Create(_files[^1].Path, RingLayout.DataOffset + DataBytes));
        RandomAccess.Write(_files[^1].Handle, [2], RingLayout.DataOffset);
        var other = plan with
        {
            Arguments = ["guest", "read", $"{Data}", "2"],
            Rings = [plan.Rings[0] with { File = FileIdentity.Of(_files[^1]) }],
        };
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(other));
    }

    [Theory]
    [InlineData("hide")]
    [InlineData("divide")]
    [InlineData("in")]
    [InlineData("recurse")]
    public void A_cleared_machine_shows_its_next_guest_nothing_of_the_last(string last)
    {
        for (var i = 0; i < 3; i++)
        {
            _machine.Do("hide");
            _machine.Machine.Clear();
            _machine.Do(last);
            _machine.Machine.Clear();
            _machine.Machine.Clear();
            Assert.Equal(new GuestEnd.Exited(0), _machine.Do("seek"));
        }
    }

    [Fact]
    public void A_cleared_machine_has_nothing_to_run()
    {
        _machine.Machine.Load(TestMachine.Plan(TestGuests.Bare("deeds"), "spin"));
        _machine.Machine.Clear();
        Assert.Throws<InvalidOperationException>(() => _machine.Machine.Run(new TestCalls()));
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("seek"));
    }

    [Fact]
    public void What_a_guest_has_written_is_gone_from_the_machines_memory_once_it_is_cleared()
    {
        _machine.Do("hide");
        Assert.True(Holds(0x5a));
        _machine.Machine.Clear();
        Assert.False(Holds(0x5a));
    }

    /// <summary>Is a page of the machine's memory full of a byte?</summary>
    private bool Holds(byte value)
    {
        const int firstBytes = 16 << 20; // What a small guest uses lies before that.
        using var file = SharedMemoryFile.Open(_machine.MemoryPath, FileRights.Read);
        var bytes = new byte[firstBytes];
        RandomAccess.Read(file.Handle, bytes, 0);
        for (var page = 0; page < bytes.Length; page += 4096)
        {
            if (!bytes.AsSpan(page, 4096).ContainsAnyExcept(value))
            {
                return true;
            }
        }

        return false;
    }

    private GuestPlan Plan(params string[] arguments)
    {
        var file = SharedMemoryFile.Create(TestFolders.SharedName("ring"), RingLayout.DataOffset + DataBytes);
        _files.Add(file);
        var direction = arguments[0] == "read" ? PortDirection.In : PortDirection.Out;
        return TestMachine.Plan(TestGuests.Bare("deeds"), arguments) with
        {
            Rings = [new GuestRing(3, direction, file.Path, DataBytes, FileIdentity.Of(file))],
        };
    }
}
