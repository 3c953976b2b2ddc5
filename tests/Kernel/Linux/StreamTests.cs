using Muk.Abi;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Signals;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Standard streams over rings: what a pipe's ends do.</summary>
public sealed class StreamTests : IDisposable
{
    private const ulong At = Bench.At;
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_read_takes_part_of_a_record_and_the_next_read_the_rest()
    {
        _bench.Feed("hello world");
        Assert.Equal(5, _bench.Call(Calls.Read, 0, At, 5));
        Assert.Equal(6, _bench.Call(Calls.Read, 0, At + 5, 100));
        Assert.Equal("hello world", _bench.Read(At, 11));
    }

    [Fact]
    public void A_read_never_joins_two_records_and_skips_an_empty_one()
    {
        _bench.Feed("one");
        _bench.Feed("");
        _bench.Feed("two");
        Assert.Equal(3, _bench.Call(Calls.Read, 0, At, 100));
        Assert.Equal(3, _bench.Call(Calls.Read, 0, At, 100));
        Assert.Equal("two", _bench.Read(At, 3));
    }

    [Fact]
    public void A_read_into_memory_that_is_not_there_fails_and_loses_nothing()
    {
        _bench.Feed("kept");
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Read, 0, FakeGuest.End, 4));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Read, 0, FakeGuest.ReadOnly, 4));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Read, 0, FakeGuest.End - 2, 4));
        Assert.Equal(4, _bench.Call(Calls.Read, 0, At, 4));
        Assert.Equal("kept", _bench.Read(At, 4));
    }

    [Theory]
    [InlineData(RingState.Ended)]
    [InlineData(RingState.Failed)]
    public void The_end_reads_as_nothing_after_all_that_came_before(RingState state)
    {
        _bench.Feed("last");
        _bench.Input.Close(state);
        Assert.Equal(4, _bench.Call(Calls.Read, 0, At, 4096));
        Assert.Equal(0, _bench.Call(Calls.Read, 0, At, 4096));
        Assert.Equal(0, _bench.Call(Calls.Read, 0, At, 4096));
    }

    [Fact]
    public void A_read_of_nothing_is_nothing_even_where_it_would_wait() => Assert.Equal(0, _bench.Call(Calls.Read, 0, At, 0));

    [Fact]
    public void A_read_that_may_not_wait_says_so_until_something_is_there()
    {
        Assert.Equal(0, _bench.Call(Calls.Fcntl, 0, 4, OpenFlags.NonBlocking));
        Assert.Equal(-Errno.Again, _bench.Call(Calls.Read, 0, At, 4));
        _bench.Feed("now");
        Assert.Equal(3, _bench.Call(Calls.Read, 0, At, 4));
    }

    [Fact]
    public void A_vectored_read_fills_its_buffers_in_turn_and_does_not_wait_for_more()
    {
        _bench.Feed("abcdef");
        _bench.Words(At, At + 100, 4, At + 200, 0, At + 300, 4);
        Assert.Equal(6, _bench.Call(Calls.Readv, 0, At, 3));
        Assert.Equal(("abcd", "ef"), (_bench.Read(At + 100, 4), _bench.Read(At + 300, 2)));
    }

    [Fact]
    public void A_vectored_read_that_faults_later_says_what_it_had_read()
    {
        _bench.Feed("abcdef");
        _bench.Words(At, At + 100, 4, FakeGuest.End, 4);
        Assert.Equal(4, _bench.Call(Calls.Readv, 0, At, 2));
        Assert.Equal(2, _bench.Call(Calls.Read, 0, At, 4));
    }

    [Fact]
    public void A_write_larger_than_a_record_goes_as_several()
    {
        _bench.Put(Enumerable.Repeat((byte)'x', 10_000).ToArray());
        Assert.Equal(10_000, _bench.Call(Calls.Write, 1, At, 10_000));
        Assert.Equal([4096, 4096, 1808], Bench.Drain(_bench.Output).Select(record => record.Length));
    }

    [Fact]
    public void A_vectored_write_that_fits_goes_as_one_record()
    {
        _bench.Text("one two", At + 100);
        _bench.Words(At, At + 100, 4, At + 100, 0, At + 104, 3);
        Assert.Equal(7, _bench.Call(Calls.Writev, 1, At, 3));
        Assert.Equal(["one two"], Bench.Drain(_bench.Output));
    }

    [Theory]
    [InlineData(1025UL, -Errno.Invalid)]
    [InlineData(ulong.MaxValue, -Errno.Invalid)]
    [InlineData(0UL, 0)]
    public void So_many_vectors_are_answered_as_Linux_does(ulong count, long expected) =>
        Assert.Equal(expected, _bench.Call(Calls.Writev, 1, At, count));

    [Fact]
    public void A_vector_with_a_negative_length_is_refused_and_nothing_is_written()
    {
        _bench.Words(At, At, 4, At, ulong.MaxValue);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Writev, 1, At, 2));
        Assert.Empty(Bench.Drain(_bench.Output));
    }

    [Fact]
    public void A_write_from_memory_that_is_not_there_sends_nothing()
    {
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Write, 1, FakeGuest.End - 2, 4));
        _bench.Words(At, At, 4, FakeGuest.End, 4);
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Writev, 1, At, 2));
        Assert.Empty(Bench.Drain(_bench.Output));
    }

    [Fact]
    public void A_write_that_may_not_wait_takes_what_has_room_and_then_says_so()
    {
        Assert.Equal(0, _bench.Call(Calls.Fcntl, 1, 4, OpenFlags.NonBlocking));
        var written = 0L;
        for (var result = 0L; result >= 0; written += Math.Max(0, result))
        {
            result = _bench.Call(Calls.Write, 1, At, 10_000);
            Assert.True(result is > 0 or -Errno.Again, $"{result}");
        }

        Assert.Equal(written, Bench.Drain(_bench.Output).Sum(record => record.Length));
    }

    [Fact]
    public void A_write_that_nobody_reads_is_EPIPE_and_a_signal_that_kills()
    {
        _bench.Output.Close(RingState.Ended);
        var end = Assert.IsType<Muk.Kernel.Machines.GuestEnd.Crashed>(_bench.Invoke(Calls.Write, 1, At, 1).End);
        Assert.Equal(Signal.Pipe, end.Signal);
    }

    [Fact]
    public void A_guest_that_ignores_SIGPIPE_sees_EPIPE_each_time()
    {
        _bench.Handle(Signal.Pipe, handler: SignalAction.Ignore);
        _bench.Output.Close(RingState.Ended);
        Assert.Equal(-Errno.Pipe, _bench.Call(Calls.Write, 1, At, 1));
        Assert.Equal(-Errno.Pipe, _bench.Call(Calls.Write, 1, At, 1));
    }

    [Fact]
    public void A_handler_of_SIGPIPE_that_restarts_calls_is_entered_once_and_the_call_fails()
    {
        _bench.Handle(Signal.Pipe, flags: SignalAction.FlagRestart);
        _bench.Output.Close(RingState.Ended);
        var before = _bench.Guest.Registers;
        Assert.Equal(SystemCallOutcome.Resume, _bench.Invoke(Calls.Write, 1, At, 1).Outcome);
        Assert.Equal(Bench.Handler, _bench.Guest.Registers.Rip);
        _bench.Return();
        Assert.Equal((before.Rip, unchecked((ulong)-Errno.Pipe)), (_bench.Guest.Registers.Rip, _bench.Guest.Registers.Rax));
    }

    [Fact]
    public void Where_Linux_keeps_the_signals_it_is_told_to_raise_SIGPIPE()
    {
        using var bench = new Bench(Memories.OfLinux);
        bench.Output.Close(RingState.Ended);
        Assert.Equal(-Errno.Pipe, bench.Call(Calls.Write, 1, At, 1));
        Assert.Equal([Signal.Pipe], bench.Guest.Raised);
    }

    [Fact]
    public void Streams_that_are_not_linked_read_as_ended_and_swallow_what_is_written()
    {
        using var bench = new Bench(links: Links.None);
        Assert.Equal(0, bench.Call(Calls.Read, 0, At, 100));
        Assert.Equal(1 << 20, bench.Call(Calls.Write, 1, At, 1 << 20));
        bench.Words(At, At, 4, At, 4);
        Assert.Equal(8, bench.Call(Calls.Writev, 2, At, 2));
    }

    [Fact]
    public void A_stream_ends_for_its_reader_when_its_last_descriptor_is_closed()
    {
        Assert.Equal(3, _bench.Call(Calls.Dup, 1));
        Assert.Equal(0, _bench.Call(Calls.Close, 1));
        Assert.Equal(2, _bench.Call(Calls.Write, 3, At, 2));
        Assert.Equal(RingState.Open, _bench.Output.PeerState);
        Assert.Equal(0, _bench.Call(Calls.Close, 3));
        Assert.Equal(RingState.Ended, _bench.Output.PeerState);
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Write, 1, At, 1));
    }

    [Fact]
    public void A_standard_stream_put_in_anothers_place_takes_what_was_meant_for_it()
    {
        Assert.Equal(1, _bench.Call(Calls.Dup2, 2, 1));
        _bench.Text("to err");
        Assert.Equal(6, _bench.Call(Calls.Write, 1, At, 6));
        Assert.Equal(["to err"], Bench.Drain(_bench.Error));
        Assert.Equal(RingState.Ended, _bench.Output.PeerState);
    }

    [Fact]
    public void A_stream_cannot_be_seeked_and_has_no_positions()
    {
        Assert.Equal(-Errno.IllegalSeek, _bench.Call(Calls.Lseek, 0, 0, 1));
        Assert.Equal(-Errno.IllegalSeek, _bench.Call(Calls.Pread, 0, At, 4, 0));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Read, 1, At, 4));
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Write, 0, At, 4));
    }

    [Fact]
    public void A_line_of_the_log_stands_on_its_own_after_half_a_line()
    {
        _bench.Text("half", At);
        Assert.Equal(4, _bench.Call(Calls.Write, 2, At, 4));
        Assert.Equal(4, _bench.Call((long)MukCall.Log, At, 4));
        Assert.Equal("half\nhalf\n", string.Concat(Bench.Drain(_bench.Error)));
    }
}
