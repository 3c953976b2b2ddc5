using Muk.Abi;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>dup, fcntl, ioctl, and the calls of muk_abi.h.</summary>
public sealed class DescriptorTests : IDisposable
{
    private const ulong At = Bench.At;
    private const ulong GetFd = 1, SetFd = 2, GetFl = 3, SetFl = 4, DupFd = 0, DupFdCloseOnExec = 1030;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_duplicate_is_the_lowest_that_is_free_and_the_flags_of_its_own_are_its_own()
    {
        Assert.Equal(3, _bench.Call(Calls.Dup, 0));
        Assert.Equal(10, _bench.Call(Calls.Fcntl, 0, DupFdCloseOnExec, 10));
        Assert.Equal(11, _bench.Call(Calls.Fcntl, 0, DupFd, 10));
        Assert.Equal(1, _bench.Call(Calls.Fcntl, 10, GetFd));
        Assert.Equal(0, _bench.Call(Calls.Fcntl, 11, GetFd));
        Assert.Equal(0, _bench.Call(Calls.Fcntl, 11, SetFd, 1));
        Assert.Equal(1, _bench.Call(Calls.Fcntl, 11, GetFd));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Fcntl, 0, DupFd, 1024));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Fcntl, 0, DupFd, ulong.MaxValue));
    }

    [Fact]
    public void The_files_flags_are_shared_by_its_duplicates()
    {
        Assert.Equal(3, _bench.Call(Calls.Dup, 1));
        Assert.Equal(0, _bench.Call(Calls.Fcntl, 3, SetFl, OpenFlags.NonBlocking | OpenFlags.ReadWrite));
        Assert.Equal(OpenFlags.WriteOnly | OpenFlags.NonBlocking, _bench.Call(Calls.Fcntl, 1, GetFl));
        _bench.Words(At, 0);
        Assert.Equal(0, _bench.Call(Calls.Ioctl, 1, 0x5421, At));
        Assert.Equal(OpenFlags.WriteOnly, _bench.Call(Calls.Fcntl, 3, GetFl));
    }

    [Fact]
    public void Dup2_onto_itself_does_nothing_and_dup3_onto_itself_is_refused()
    {
        Assert.Equal(1, _bench.Call(Calls.Dup2, 1, 1));
        Assert.Equal(RingState.Open, _bench.Output.PeerState);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Dup3, 1, 1, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Dup3, 1, 5, 1));
        Assert.Equal(5, _bench.Call(Calls.Dup3, 1, 5, OpenFlags.CloseOnExec));
        Assert.Equal(1, _bench.Call(Calls.Fcntl, 5, GetFd));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Dup2, 99, 1));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Dup2, 1, 1024));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Dup2, 1, ulong.MaxValue));
    }

    [Fact]
    public void Nothing_is_a_terminal_with_a_size() => Assert.All([0ul, 1ul, 2ul], file =>
    {
        Assert.Equal(-Errno.NotTerminal, _bench.Call(Calls.Ioctl, file, 0x5413, At)); // TIOCGWINSZ
        Assert.Equal(-Errno.NotTerminal, _bench.Call(Calls.Ioctl, file, 0x5401, At)); // TCGETS
    });

    [Fact]
    public void A_range_is_closed_or_marked_and_a_range_the_wrong_way_round_refused()
    {
        for (var i = 0; i < 5; i++)
        {
            _bench.Call(Calls.Dup, 0);
        }

        Assert.Equal(0, _bench.Call(436, 4, 5, 4));
        Assert.Equal((0, 1), (_bench.Call(Calls.Fcntl, 3, GetFd), _bench.Call(Calls.Fcntl, 5, GetFd)));
        Assert.Equal(0, _bench.Call(436, 4, ulong.MaxValue, 0));
        Assert.Equal(4, _bench.Call(Calls.Dup, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call(436, 5, 4, 0));
        Assert.Equal(RingState.Open, _bench.Input.PeerState);
    }

    [Fact]
    public void A_call_to_park_at_a_port_comes_back_when_its_bell_has_rung_or_its_peer_is_gone()
    {
        using var peer = Muk.Channel.Rings.RingDoor.Open(_bench.DoorPath, PortDirection.Out);
        Assert.Equal(0, _bench.Call((long)MukCall.Park, 0, 77));
        peer.CloseOwnSide(RingState.Ended);
        Assert.Equal(0, _bench.Call((long)MukCall.Park, 0, 0));
        Assert.Equal(0, _bench.Call((long)MukCall.Ring, 0));
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(2ul)]
    [InlineData(ulong.MaxValue)]
    public void A_port_that_is_not_linked_or_not_there_is_refused(ulong port)
    {
        Assert.Equal(-Errno.Invalid, _bench.Call((long)MukCall.Park, port, 0));
        Assert.Equal(-Errno.Invalid, _bench.Call((long)MukCall.Ring, port));
    }
}
