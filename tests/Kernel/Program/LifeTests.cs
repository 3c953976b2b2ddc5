using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using HostProcess = System.Diagnostics.Process;

namespace Muk.Tests.Kernel.Program;

/// <summary>A core kernel's own life: how it starts, how it is told to stop, what it does when nobody is left.</summary>
public sealed class LifeTests
{
    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_kill_ends_a_spinning_guest(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        Assert.True(core.Connection.TrySend(Spin()));
        Assert.IsType<Event.Started>(core.Next());
        core.Connection.Kill(900, KillReason.PipelineFailed);
        var end = Assert.IsType<Event.Ended>(core.Next());
        Assert.Equal((EndKind.Killed, 137, "another stage failed"), (end.Kind, end.Status, end.Reason));
    }

    [Fact]
    public void A_guests_process_that_somebody_kills_is_reported_as_killed()
    {
        using var core = CoreProcess.Launch(MachineKind.Process);
        Assert.True(core.Connection.TrySend(Spin()));
        Assert.IsType<Event.Started>(core.Next());
        Signals.Send(Assert.Single(Signals.Children(core.Process.Id)), Signals.Kill);
        var end = Assert.IsType<Event.Ended>(core.Next());
        Assert.Equal(
            (EndKind.Killed, 137, "SIGKILL from outside Muk: somebody killed its process"), (end.Kind, end.Status, end.Reason));
        Assert.Equal(0, core.Run(Guests.Image("exit")).End.Status);
    }

    [Fact]
    public void A_kill_that_overtakes_its_run_is_kept_for_it()
    {
        using var core = CoreProcess.Launch(MachineKind.Process);
        core.Connection.Kill(900, KillReason.Requested);
        Assert.True(core.Connection.TrySend(Spin()));
        Assert.IsType<Event.Started>(core.Next());
        Assert.Equal(EndKind.Killed, Assert.IsType<Event.Ended>(core.Next()).Kind);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_writer_whose_reader_has_gone_dies_of_SIGPIPE(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        var output = core.Ring(4096 * 64);
        var start = new Request.Start(
            900, "yes", Guests.Image("writes_forever"), [], [new("out", PortDirection.Out, output)], 0, 100, [], 10_000);
        using var reader = RingConsumer.Open(output, RingWait.Park);
        Assert.True(core.Connection.TrySend(start));
        Assert.IsType<Event.Started>(core.Next());
        Assert.Equal(RingStatus.Ok, reader.Peek(out _));
        reader.Release();
        reader.Close(RingState.Ended);
        var end = Assert.IsType<Event.Ended>(core.Next());
        Assert.Equal((EndKind.Crashed, 141), (end.Kind, end.Status));
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_kernel_ends_when_its_parent_has(MachineKind machine)
    {
        using var parent = HostProcess.Start("/bin/sleep", "60");
        using var core = CoreProcess.Launch(machine, parent.Id);
        Assert.True(core.Connection.TrySend(Spin()));
        Assert.IsType<Event.Started>(core.Next());
        parent.Kill();
        Assert.True(core.Process.WaitForExit(10_000));
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void SIGTERM_ends_the_guest_and_the_kernel_and_says_so(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        var output = core.Ring(4096 * 64);
        using var reader = RingConsumer.Open(output, RingWait.Park);
        Assert.True(core.Connection.TrySend(Spin() with { Ports = [new("out", PortDirection.Out, output)] }));
        Assert.IsType<Event.Started>(core.Next());
        var children = Signals.Children(core.Process.Id);
        Signals.Send(core.Process.Id, Signals.Terminate);
        var end = Assert.IsType<Event.Ended>(core.Next());
        Assert.Equal((EndKind.Killed, 137, "its core kernel was told to end"), (end.Kind, end.Status, end.Reason));
        Assert.Equal(RingStatus.PeerFailed, reader.Peek(out _));
        Assert.True(core.Process.WaitForExit(10_000));
        Assert.Equal(0, core.Process.ExitCode);
        Assert.Null(core.Connection.Receive(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
        Assert.True(core.Connection.KernelEnded);
        Assert.DoesNotContain(children, id => Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public void SIGTERM_ends_a_kernel_that_has_nothing_to_do()
    {
        using var core = CoreProcess.Launch(MachineKind.Process);
        Signals.Send(core.Process.Id, Signals.Terminate);
        Assert.True(core.Process.WaitForExit(10_000));
        Assert.Equal(0, core.Process.ExitCode);
        Assert.Null(core.Connection.Receive(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
        Assert.True(core.Connection.KernelEnded);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_terminals_Ctrl_C_and_hangup_are_its_orchestrators_to_answer(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        Assert.True(core.Connection.TrySend(Spin()));
        Assert.IsType<Event.Started>(core.Next());
        Signals.Send(core.Process.Id, Signals.KeyboardInterrupt);
        Signals.Send(core.Process.Id, Signals.Hangup);
        Assert.False(core.Process.WaitForExit(300));
        core.Connection.Kill(900, KillReason.Requested);
        Assert.Equal("it was told to end", Assert.IsType<Event.Ended>(core.Next()).Reason);
    }

    [Theory]
    [InlineData(2, "something is missing", "--node", "/tmp")]
    [InlineData(2, "not understood", "--machine", "magic")]
    [InlineData(3, "no-such-folder", "--node", "/no-such-folder", "--kernel", "0", "--core", "1", "--machine", "process", "--parent", "1")]
    public void A_start_that_cannot_be_says_so_in_one_line(int status, string says, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(CoreProcess.BinaryPath), "muk-core is not built: dotnet build src/Kernel/Program");
        using var process = CoreProcess.Start(arguments);
        var text = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(status, process.ExitCode);
        Assert.StartsWith("muk-core: ", text, StringComparison.Ordinal);
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.Single(text.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void An_image_that_is_none_is_refused_and_the_kernel_lives_on()
    {
        using var core = CoreProcess.Launch(MachineKind.Process);
        var result = core.Run(Guests.Source("cat"));
        Assert.Equal((EndKind.Refused, 126), (result.End.Kind, result.End.Status));
        Assert.NotEqual("", result.End.Reason);
        Assert.Equal(0, core.Run(Guests.Image("exit")).End.Status);
    }

    private static Request.Start Spin() =>
        new(900, "spin", Guests.Image("spins_forever"), [], [], 0, 100, [], 20_000);
}
