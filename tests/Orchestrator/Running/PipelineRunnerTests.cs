using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;
using Muk.Tests.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>The runner against fake kernels: real rings, real threads, no guests.</summary>
public sealed class PipelineRunnerTests
{
    [Fact]
    public async Task What_goes_in_comes_out_and_the_end_travels_down()
    {
        using var f = new RunFixture();
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n"));
        var result = await f.Run("cat | cat | cat", text);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(text, f.Text);
        Assert.Equal((text.Length, text.Length), (result.InputBytes, result.OutputBytes));
        Assert.All(result.Stages, s => Assert.Equal(((ulong)text.Length, (ulong)text.Length), (s.Input.Bytes, s.Output.Bytes)));
        Assert.Equal(["cat", "cat#2", "cat#3"], f.Observer.Results.Select(r => r.Label));
    }

    [Fact]
    public async Task Kernels_are_used_again_by_the_next_run()
    {
        using var f = new RunFixture();
        await f.Run("cat | cat", "a");
        await f.Run("cat | cat", "b");
        Assert.Equal("ab", f.Text);
        Assert.Equal(2, f.Node.Kernels.Count());
    }

    [Fact]
    public async Task The_status_is_the_first_failing_stage_s()
    {
        using var f = new RunFixture();
        f.Add("three", g => Drain(g, 3)).Add("five", g => Drain(g, 5));
        var result = await f.Run("cat | three | five", "x");
        Assert.Equal((3, "three: ended with status 3"), (result.Status, result.Reason));
        Assert.Equal([false, true, true], result.Stages.Select(s => s.Fails));
    }

    [Fact]
    public async Task A_reader_that_has_enough_ends_its_writers_and_nothing_failed()
    {
        using var f = new RunFixture();
        f.Add("yes", Yes).Add("head", g =>
        {
            g.Write(g.Read()!.AsSpan(0, 2));
            return 0;
        });
        var result = await f.Run("yes | cat | head", "");
        Assert.Equal((0, "y\n"), (result.Status, f.Text));
        Assert.Equal([141, 141, 0], result.Stages.Select(s => s.Status));
        Assert.All(result.Stages, s => Assert.False(s.Fails));
    }

    [Fact]
    public async Task A_closed_standard_output_ends_the_pipeline_quietly()
    {
        using var f = new RunFixture();
        f.Add("yes", Yes);
        using var reader = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            reader.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        var run = f.Run("yes | cat", new RunOptions { Input = PipelineInput.Empty, Output = new PipelineOutput.Descriptor(handle) });
        Assert.True(reader.ReadByte() == 'y');
        reader.Dispose();
        var result = await run;
        Assert.Equal((0, ""), (result.Status, result.Reason));
    }

    [Fact]
    public async Task A_pipe_that_nobody_empties_is_filled_and_given_up_at_the_timeout()
    {
        using var f = new RunFixture();
        f.Add("yes", Yes);
        using var reader = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            reader.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        var result = await f.Run("yes", new RunOptions
        {
            Input = PipelineInput.Empty, Output = new PipelineOutput.Descriptor(handle), Timeout = TimeSpan.FromSeconds(0.3),
        });
        Assert.Equal(RunVerdict.TimeoutStatus, result.Status);
        Assert.True(result.OutputBytes >= 4096, $"{result.OutputBytes} bytes fitted into the pipe");
    }

    [Fact]
    public async Task A_file_and_a_slow_pipe_get_every_byte_in_order()
    {
        using var f = new RunFixture();
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n"));
        var path = Path.Combine(Path.GetTempPath(), $"muk-test-{Guid.NewGuid():n}");
        using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose))
        {
            var input = new PipelineInput.Bytes(System.Text.Encoding.UTF8.GetBytes(text));
            await f.Run("cat", new RunOptions { Input = input, Output = new PipelineOutput.Descriptor(file) });
            var written = new byte[RandomAccess.GetLength(file)];
            RandomAccess.Read(file, written, 0);
            Assert.Equal(text, System.Text.Encoding.UTF8.GetString(written));

            using var reader = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
            using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
                reader.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
            var run = f.Run("cat", new RunOptions { Input = input, Output = new PipelineOutput.Descriptor(handle) });
            var got = new byte[text.Length];
            var seen = 0;
            for (var piece = 1; seen < got.Length; piece = (piece * 7 % 9001) + 1)
            {
                seen += reader.Read(got, seen, Math.Min(piece, got.Length - seen));
            }

            Assert.Equal(0, (await run).Status);
            Assert.Equal(text, System.Text.Encoding.UTF8.GetString(got));
        }
    }

    [Fact]
    public async Task A_crash_is_the_pipeline_s_status_and_its_reader_is_told()
    {
        using var f = new RunFixture();
        RingStatus seen = default;
        f.Add("crash", g => throw new FakeEndException(EndKind.Crashed, 139, "read of 0x0, which is not mapped"));
        f.Add("last", g =>
        {
            while (g.Read() is not null)
            {
            }

            seen = g.InputStatus;
            return 0;
        });
        var result = await f.Run("cat | crash | last", "x");
        Assert.Equal((139, "crash: read of 0x0, which is not mapped"), (result.Status, result.Reason));
        Assert.Equal(RingStatus.PeerFailed, seen);
    }

    [Fact]
    public async Task Who_does_not_follow_a_crash_is_ended()
    {
        using var f = new RunFixture();
        f.Add("crash", g => throw new FakeEndException(EndKind.Crashed, 134, "abort"));
        f.Add("spin", Spin);
        var result = await f.Run("spin | crash", "");
        Assert.Equal(134, result.Status);
        Assert.Equal([false, true], result.Stages.Select(s => s.Fails));
        Assert.Equal([KillReason.PipelineFailed], f.Node.Kernels.SelectMany(k => k.Kills));
    }

    [Fact]
    public async Task A_kernel_s_death_ends_its_stage_with_the_reason()
    {
        using var f = new RunFixture();
        RingStatus seen = default;
        f.Add("die", g => throw new FakeEndException(EndKind.Killed, 137, "core kernel of 'die' died (signal 9)"));
        f.Add("last", g =>
        {
            _ = g.Read();
            seen = g.InputStatus;
            return 0;
        });
        var result = await f.Run("die | last", "");
        Assert.Equal((137, "die: core kernel of 'die' died (signal 9)"), (result.Status, result.Reason));
        Assert.Equal(RingStatus.PeerFailed, seen);
    }

    [Fact]
    public async Task The_timeout_says_what_everybody_was_doing()
    {
        using var f = new RunFixture();
        f.Add("spin", Spin);
        var result = await f.Run("spin | cat", "", TimeSpan.FromMilliseconds(300));
        Assert.Equal(124, result.Status);
        Assert.Equal("no end after 0.3 s: spin has written nothing, runs; cat waits for input, and none has come", result.Reason);
    }

    [Fact]
    public async Task A_stage_that_never_reads_is_named_by_the_timeout()
    {
        using var f = new RunFixture();
        f.Add("deaf", Spin).Add("yes", Yes);
        var result = await f.Run("yes | deaf", "", TimeSpan.FromMilliseconds(500));
        Assert.Contains("yes waits for its reader to make room; deaf has never read", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_does_not_react_is_destroyed()
    {
        using var f = new RunFixture();
        f.Add("deaf", g =>
        {
            g.ReactsToKills = false;
            g.Spin();
            return 0;
        });
        var result = await f.Run("deaf", "", TimeSpan.FromMilliseconds(100));
        Assert.Equal(124, result.Status);
        Assert.Equal(1, Assert.Single(f.Node.Kernels).Destroyed);
    }

    [Fact]
    public async Task Cancelling_ends_everything_with_130()
    {
        using var f = new RunFixture();
        using var cancel = new CancellationTokenSource();
        f.Add("spin", g =>
        {
            cancel.Cancel();
            g.Spin();
            return 0;
        });
        var result = await f.Run("cat | spin | cat", "x", cancellation: cancel.Token);
        Assert.Equal((130, "interrupted"), (result.Status, result.Reason));
    }

    [Fact]
    public async Task Input_from_a_descriptor_is_not_waited_for_once_nobody_reads_it()
    {
        using var f = new RunFixture();
        f.Add("deaf", g => 0);
        using var writer = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            writer.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        var result = await f.Run("deaf", new RunOptions
        {
            Input = new PipelineInput.Descriptor(handle), Output = new PipelineOutput.To(f.Output),
        });
        Assert.Equal(0, result.Status);
    }

    [Fact]
    public async Task Standard_error_comes_in_whole_lines_with_the_stage_s_name()
    {
        using var f = new RunFixture();
        f.Add("talk", g =>
        {
            g.Log("one\ntw");
            g.Log("o\nthree");
            return 0;
        });
        await f.Run("talk", "");
        Assert.Equal(["talk: one", "talk: two", "talk: three"], f.Observer.Lines);
    }

    [Fact]
    public async Task Fixed_messages_are_cut_from_the_input_and_raw_on_the_output()
    {
        using var f = new RunFixture();
        f.Add("pass", Pass, TestImages.In("i", 0, 8), TestImages.Out("o", 0, 8));
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i:00000000}"));
        var result = await f.Run("pass | pass", text);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(text, f.Text);
        Assert.Equal((50_000ul, 50_000ul), (result.Stages[1].Input.Messages, result.Stages[1].Output.Messages));
    }

    [Fact]
    public async Task A_partial_last_message_is_an_error_that_counts_the_bytes()
    {
        using var f = new RunFixture();
        f.Add("pass", Pass, TestImages.In("i", 0, 8), TestImages.Out("o", 0, 8));
        var result = await f.Run("pass", "01234567abc");
        Assert.Equal((1, "the input ends inside a message: 3 of the last message's 8 bytes (struct m) are there"),
            (result.Status, result.Reason));
        Assert.Equal("01234567", f.Text);
    }

    [Fact]
    public async Task Records_are_lines_at_the_ends()
    {
        using var f = new RunFixture();
        var sizes = new List<int>();
        f.Add("records", g =>
        {
            while (g.Read() is { } line)
            {
                sizes.Add(line.Length);
                g.Write(line);
            }

            return 0;
        }, new Manifest.Port("i", PortDirection.In, PortKind.Records, -1, 64),
            new Manifest.Port("o", PortDirection.Out, PortKind.Records, -1, 64));
        var result = await f.Run("records", "a\n\nbc");
        Assert.Equal((0, "a\n\nbc\n"), (result.Status, f.Text));
        Assert.Equal([1, 0, 2], sizes);
        Assert.Equal("line 2 of the input is longer than the 64 bytes that a record may have",
            (await f.Run("records", "a\n" + new string('x', 65) + "\n")).Reason);
    }

    [Fact]
    public async Task Too_few_cores_start_nothing()
    {
        using var f = new RunFixture(cores: 1);
        await Assert.ThrowsAsync<PlacementException>(() => f.Run("cat | cat", ""));
        Assert.Empty(f.Observer.StartedLabels);
    }

    [Fact]
    public async Task The_result_as_json_names_every_stage()
    {
        using var f = new RunFixture();
        var result = await f.Run("cat | cat", "abc");
        Assert.Contains("\"label\": \"cat#2\"", RunResultJson.Of(result), StringComparison.Ordinal);
    }

    private static int Drain(FakeGuest guest, int status)
    {
        while (guest.Read() is not null)
        {
        }

        return status;
    }

    private static int Yes(FakeGuest guest)
    {
        while (true)
        {
            guest.Write("y\ny\ny\ny\n");
        }
    }

    private static int Spin(FakeGuest guest)
    {
        guest.Spin();
        return 0;
    }

    private static int Pass(FakeGuest guest)
    {
        while (guest.Read() is { } message)
        {
            guest.Write(message);
        }

        return 0;
    }
}
