using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Control;

public sealed class KernelConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-control-").FullName;
    private readonly KickWord _kick = new();
    private readonly KernelConnection _connection;
    private readonly ControlServer _server;

    public KernelConnectionTests()
    {
        _connection = KernelConnection.Create(_folder, 3);
        _server = ControlServer.Open(_folder, 3, _kick);
    }

    public void Dispose()
    {
        _server.Dispose();
        _connection.Dispose();
        _kick.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Requests_and_events_arrive_in_order()
    {
        for (var i = 1ul; i <= 3; i++)
        {
            Assert.True(_connection.TrySend(Start(i)));
            _server.Report(new Event.Log(i, "line"));
        }

        for (var i = 1ul; i <= 3; i++)
        {
            Assert.Equal(i, Assert.IsType<Request.Start>(_server.Receive(0)).Run);
            Assert.Equal(new Event.Log(i, "line"), _connection.Receive(TimeSpan.FromSeconds(5), default));
        }
    }

    [Fact]
    public void An_event_reported_quietly_is_there_and_comes_before_the_next()
    {
        _server.ReportQuietly(new Event.Log(1, "first"));
        Assert.Equal(new Event.Log(1, "first"), _connection.Receive(TimeSpan.Zero, default));
        _server.ReportQuietly(new Event.Log(2, "second"));
        _server.Report(new Event.Log(3, "third"));
        Assert.Equal(new Event.Log(2, "second"), _connection.Receive(TimeSpan.Zero, default));
        Assert.Equal(new Event.Log(3, "third"), _connection.Receive(TimeSpan.Zero, default));
    }

    [Fact]
    public void A_request_wakes_a_parked_kernel()
    {
        var sender = new Thread(() => _connection.TrySend(new Request.Shutdown()));
        sender.Start();
        Assert.IsType<Request.Shutdown>(_server.Receive(0));
        sender.Join();
    }

    [Fact]
    public void An_event_that_does_not_come_is_null_after_the_timeout() =>
        Assert.Null(_connection.Receive(TimeSpan.FromMilliseconds(10), default));

    [Fact]
    public void A_cancelled_wait_throws()
    {
        using var source = new CancellationTokenSource(10);
        Assert.Throws<OperationCanceledException>(() => _connection.Receive(Timeout.InfiniteTimeSpan, source.Token));
    }

    [Fact]
    public void A_kill_names_its_run_and_reason()
    {
        var before = _server.Control.KillWord;
        _connection.Kill(7, KillReason.Timeout);
        _server.Control.WaitForKill(before, -1);
        Assert.Equal(7ul, _server.Control.Page.KillRun);
        Assert.Equal((uint)KillReason.Timeout, _server.Control.Page.KillReason);
        Assert.NotEqual(before, _server.Control.KillWord);
    }

    [Fact]
    public void A_full_request_ring_refuses_instead_of_waiting()
    {
        var sent = 0;
        while (_connection.TrySend(Start(1)) && sent < 100_000)
        {
            sent++;
        }

        Assert.InRange(sent, 100, 99_999);
    }

    [Fact]
    public void The_end_of_the_kernel_is_seen()
    {
        _server.Close();
        Assert.Null(_connection.Receive(Timeout.InfiniteTimeSpan, default));
        Assert.True(_connection.KernelEnded);
    }

    [Fact]
    public void A_page_of_something_else_is_refused_with_advice()
    {
        File.WriteAllBytes(NodeFiles.Control(_folder, 4), new byte[4096]);
        var error = Assert.Throws<HostException>(() => ControlServer.Open(_folder, 4, _kick));
        Assert.Contains("one build", error.Message, StringComparison.Ordinal);
    }

    private static Request.Start Start(ulong run) => new(run, "fir", "/fir.muk", [], [], 0, 0, [], 0);
}
