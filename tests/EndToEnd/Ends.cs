using System.Diagnostics;
using System.Globalization;

namespace Muk.Tests.EndToEnd;

/// <summary>However a run ends, nothing of it stays behind, or the next start clears it away.</summary>
public sealed class Ends(Sandbox sandbox) : IClassFixture<Sandbox>
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_ends_the_run_cleanly(string signal, int status)
    {
        using var muk = await StartedAsync();
        await SendAsync(signal, muk.Id);
        await muk.WaitForExitAsync();
        Assert.Equal(status, muk.ExitCode);
        await sandbox.ExpectNothingLeftAsync();
    }

    /// <summary>A shell passes a terminal's SIGHUP on, and the system sends one more when that shell has ended.</summary>
    [Fact]
    public async Task Any_number_of_hang_ups_end_the_run_cleanly()
    {
        using var muk = await StartedAsync();
        while (!muk.HasExited)
        {
            await Launcher.RunAsync("kill", ["-HUP", muk.Id.ToString(CultureInfo.InvariantCulture)]); // It may be gone by now.
        }

        Assert.Equal(129, muk.ExitCode);
        await sandbox.ExpectNothingLeftAsync();
    }

    /// <summary>From its first moment on: before it has taken anything, when it has a folder, when a core kernel is there.</summary>
    [Theory]
    [InlineData("program")]
    [InlineData("folder")]
    [InlineData("kernel")]
    public async Task Ctrl_C_ends_a_run_that_is_only_just_starting(string there)
    {
        using var muk = Launch("spin");
        var comm = $"/proc/{muk.Id}/comm";
        await Sandbox.UntilAsync(
            () => there switch
            {
                "program" => File.Exists(comm) && File.ReadAllText(comm) == "muk\n",
                "folder" => sandbox.Nodes().Count > 0,
                _ => sandbox.Kernels().Count > 0,
            },
            $"no {there}",
            pause: TimeSpan.FromMilliseconds(1));
        await SendAsync("INT", muk.Id);
        await muk.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, muk.ExitCode);
        await sandbox.ExpectNothingLeftAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Ctrl_C_while_a_run_is_being_put_away_leaves_nothing(int milliseconds)
    {
        using var muk = Launch("copy");
        await Sandbox.UntilAsync(() => sandbox.Kernels().Count > 0, "no core kernel came up");
        await muk.StandardInput.WriteAsync("a line\n");
        muk.StandardInput.Close();
        Assert.Equal("a line", await muk.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
        await SendAsync("INT", muk.Id);
        await muk.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(muk.ExitCode is 0 or 130, $"status {muk.ExitCode}");
        await sandbox.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task Core_kernels_end_with_a_muk_that_was_killed_and_the_next_start_clears_up()
    {
        using var muk = await StartedAsync();
        await SendAsync("KILL", muk.Id);
        await muk.WaitForExitAsync();
        await Sandbox.UntilAsync(() => sandbox.Kernels().Count == 0, "core kernels outlive their muk");

        var next = await Launcher.MukAsync(["run", "copy", "--share-cores"], sandbox, "still here\n");
        next.Expect(0);
        Assert.Equal("still here\n", next.Out);
        await sandbox.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_core_kernel_that_was_killed_ends_its_stage_and_the_run()
    {
        using var muk = await StartedAsync();
        var errors = muk.StandardError.ReadToEndAsync();
        foreach (var kernel in sandbox.Kernels())
        {
            await SendAsync("KILL", kernel);
        }

        await muk.WaitForExitAsync();
        Assert.Equal(137, muk.ExitCode);
        Assert.Contains("spin", await errors, StringComparison.Ordinal);
        await sandbox.ExpectNothingLeftAsync();
    }

    private async Task<Process> StartedAsync()
    {
        var muk = Launch("spin");
        await Sandbox.UntilAsync(() => sandbox.Kernels().Count > 0 || muk.HasExited, "no core kernel came up");
        Assert.False(muk.HasExited, "it ended at once");
        await Task.Delay(TimeSpan.FromMilliseconds(300)); // So that the guest runs as well; the ends must hold either way.
        return muk;
    }

    // A test run in the background of a shell has SIGINT ignored, and would hand that down.
    private Process Launch(string pipeline) => Launcher.Start(
        "env", ["--default-signal=INT,HUP", Path.Combine(Launcher.Root, "muk"), "run", pipeline, "--share-cores"], sandbox);

    private static async Task SendAsync(string signal, int process) =>
        (await Launcher.RunAsync("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])).Expect(0);
}
