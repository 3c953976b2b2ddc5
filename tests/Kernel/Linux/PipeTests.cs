using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Signals;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Pipes within the guest.</summary>
public sealed class PipeTests : IDisposable
{
    private const ulong At = Bench.At, Ends = FakeGuest.Base + 0x40000;
    private const long Pipe2 = 293;
    private const int Capacity = 65536;
    private const ushort In = 1, Out = 4, Error = 8, HangUp = 0x10;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void What_is_written_is_read_in_order_and_ends_when_the_last_writer_is_closed()
    {
        var (read, write) = Make();
        var again = (ulong)_bench.Call(Calls.Dup, write);
        Assert.Equal(5, Write(write, "hello"));
        Assert.Equal(0, _bench.Call(Calls.Close, write));
        Assert.Equal(2, Write(again, "!!"));
        Assert.Equal(3, _bench.Call(Calls.Read, read, At, 3));
        Assert.Equal(4, _bench.Call(Calls.Read, read, At + 3, 100));
        Assert.Equal("hello!!", _bench.Read(At, 7));
        Assert.Equal(0, _bench.Call(Calls.Close, again));
        Assert.Equal(0, _bench.Call(Calls.Read, read, At, 100));
    }

    [Fact]
    public void A_small_write_is_whole_or_not_at_all_and_a_large_one_takes_what_room_there_is()
    {
        var (read, write) = Make(OpenFlags.NonBlocking);
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Read, read, At, 1));
        Assert.Equal(Capacity - 100, _bench.Call(Calls.Write, write, At, Capacity - 100));
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Write, write, At, 101));
        Assert.Equal(100, _bench.Call(Calls.Write, write, At, 5000));
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Write, write, At, 1));
        Assert.Equal(50, _bench.Call(Calls.Read, read, At, 50));
        Assert.Equal(50, _bench.Call(Calls.Write, write, At, 50));
    }

    [Fact]
    public void A_write_without_a_reader_is_a_broken_pipe_and_a_signal()
    {
        var (read, write) = Make();
        _bench.Handle(Signal.Pipe);
        Assert.Equal(0, _bench.Call(Calls.Close, read));
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Write, write, At, 1).Outcome);
        Assert.Equal(Bench.Handler, _bench.Guest.Registers.Rip);
        Assert.Equal(SystemCallOutcome.Resume, _bench.Return().Outcome);
        Assert.Equal(unchecked((ulong)-Errno.Pipe), _bench.Guest.Registers.Rax);
    }

    [Fact]
    public void Poll_sees_bytes_room_and_the_other_ends_going()
    {
        var (read, write) = Make();
        Assert.Equal((0, Out), (Poll(read), Poll(write)));
        Write(write, "x");
        Assert.Equal(In, Poll(read));
        Assert.Equal(0, _bench.Call(Calls.Close, write));
        Assert.Equal(In | HangUp, Poll(read));
        _bench.Call(Calls.Read, read, At, 10);
        Assert.Equal(HangUp, Poll(read));
        (read, write) = Make();
        Assert.Equal(0, _bench.Call(Calls.Close, read));
        Assert.Equal(Out | Error, Poll(write));
    }

    [Fact]
    public void Ends_are_one_way_cannot_seek_and_say_how_much_waits()
    {
        var (read, write) = Make(OpenFlags.CloseOnExec);
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Write, read, At, 1));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Read, write, At, 1));
        Assert.Equal(-Errno.IllegalSeek, _bench.Call(Calls.Lseek, read, 0, 0));
        Assert.Equal(1, _bench.Call(Calls.Fcntl, read, 1));
        Write(write, "four");
        Assert.Equal(0, _bench.Call(Calls.Ioctl, read, 0x541b, At));
        Assert.Equal(4u, (uint)_bench.Word(At));
    }

    [Fact]
    public void Nonsense_leaves_no_descriptor_behind()
    {
        Assert.Equal(-Errno.Invalid, _bench.Call(Pipe2, Ends, 1));
        Assert.Equal(-Errno.Fault, _bench.Call(Pipe2, FakeGuest.End, 0));
        var (read, write) = Make();
        Assert.Equal((3ul, 4ul), (read, write));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Write, write, FakeGuest.End - 1, 2));
        Assert.Equal(0, Poll(read));
    }

    [Fact]
    public void A_guest_cannot_have_more_descriptors_than_its_limit()
    {
        for (var i = 3; i < DescriptorTable.CountMax - 1; i += 2)
        {
            Make();
        }

        Assert.Equal(-Errno.TooManyFiles, _bench.Call(Pipe2, Ends, 0));
        Assert.Equal(DescriptorTable.CountMax - 1, _bench.Call(Calls.Dup, 3));
        Assert.Equal(-Errno.TooManyFiles, _bench.Call(Calls.Dup, 3));
    }

    private (ulong Read, ulong Write) Make(ulong flags = 0)
    {
        Assert.Equal(0, _bench.Call(Pipe2, Ends, flags));
        var word = _bench.Word(Ends);
        return ((uint)word, word >> 32);
    }

    private long Write(ulong end, string text) => _bench.Call(Calls.Write, end, _bench.Text(text), (ulong)text.Length);

    private int Poll(ulong end)
    {
        _bench.Words(Ends + 8, (uint)end | ((ulong)(In | Out) << 32));
        _bench.Call(Calls.Poll, Ends + 8, 1, 0);
        return (int)(_bench.Word(Ends + 8) >> 48);
    }
}
