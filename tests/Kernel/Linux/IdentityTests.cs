using Muk.Kernel.Linux;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Who and where the guest is, its limits, random bytes, and what nobody serves.</summary>
public sealed class IdentityTests : IDisposable
{
    private const ulong At = Bench.At;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(39, 1)]
    [InlineData(186, 1)]
    [InlineData(110, 0)]
    [InlineData(102, 0)]
    [InlineData(107, 0)]
    [InlineData(115, 0)]
    public void The_guest_is_process_1_and_root_of_nothing(long call, long expected) => Assert.Equal(expected, _bench.Call(call));

    [Fact]
    public void Its_names_are_in_uname()
    {
        Assert.Equal(0, _bench.Call(Calls.Uname, At));
        Assert.Equal(("Linux\0", "bench\0", "x86_64\0"), (_bench.Read(At, 6), _bench.Read(At + 65, 6), _bench.Read(At + 260, 7)));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Uname, FakeGuest.End - 10));
    }

    [Fact]
    public void It_has_one_CPU_and_its_masks_are_as_long_as_it_takes()
    {
        Assert.Equal(8, _bench.Call(Calls.Getaffinity, 0, 128, At));
        Assert.Equal(1ul, _bench.Word(At));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getaffinity, 0, 4, At));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getaffinity, 0, 0, At));
        Assert.Equal(0, _bench.Call(309, At, At + 4)); // getcpu
        Assert.Equal(0ul, _bench.Word(At));
    }

    [Fact]
    public void Limits_can_be_asked_and_wished_for()
    {
        Assert.Equal(0, _bench.Call(Calls.Prlimit, 0, 7, 0, At));
        Assert.Equal(1024ul, _bench.Word(At));
        Assert.Equal(0, _bench.Call(Calls.Prlimit, 1, 3, At, At + 16));
        Assert.Equal(-Errno.NoProcess, _bench.Call(Calls.Prlimit, 2, 3, 0, At));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Prlimit, 0, 16, 0, At));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Prlimit, 0, 3, FakeGuest.End, At));
        Assert.Equal(0, _bench.Call(160, 7, At)); // setrlimit
    }

    [Fact]
    public void Random_bytes_come_as_far_as_memory_goes()
    {
        Assert.Equal(300, _bench.Call(Calls.Getrandom, At, 300, 0));
        Assert.NotEqual(_bench.Word(At), _bench.Word(At + 256));
        Assert.Equal(256, _bench.Call(Calls.Getrandom, FakeGuest.End - 256, ulong.MaxValue, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Getrandom, FakeGuest.End, 8, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getrandom, At, 8, 8));
    }

    [Fact]
    public void A_thread_pointer_lies_in_the_guests_half_of_the_address_space()
    {
        Assert.Equal(0, _bench.Call(Calls.ArchPrctl, 0x1002, 0x7fff_ffff_f000));
        Assert.Equal(0x7fff_ffff_f000ul, _bench.Guest.FsBase);
        Assert.Equal(-Errno.Perm, _bench.Call(Calls.ArchPrctl, 0x1002, 0x0000_8000_0000_0000));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.ArchPrctl, 0x1001, 0));
    }

    [Fact]
    public void What_is_not_served_is_named_once_in_the_log_and_what_is_not_of_this_world_never()
    {
        Assert.Equal(-Errno.NoSystemCall, _bench.Call(163));
        Assert.Equal(-Errno.NoSystemCall, _bench.Call(163));
        Assert.Equal(["system call acct is not served: ENOSYS"], _bench.Lines);
        Assert.Equal(-Errno.NoSystemCall, _bench.Call(57));
        Assert.Equal(-Errno.NoSystemCall, _bench.Call(275)); // splice
        Assert.Single(_bench.Lines);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(-Errno.NoSystemCall, _bench.Call(1000 + i));
        }

        Assert.InRange(_bench.Lines.Count, 10, 64);
    }
}
