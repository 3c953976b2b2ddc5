using System.Diagnostics;
using System.Globalization;

namespace Muk.Tests.EndToEnd;

/// <summary>However a run ends, nothing of it stays behind, or the next start clears it away.</summary>
public sealed class Ends(Sandbox sandbox) : IClassFixture<Sandbox>
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_run_cleanly(string signal, int status)
    {
        using var muk = await StartedAsync();
        await SendAsync(signal, muk.Id);
        await muk.WaitForExitAsync();
        Assert.Equal(status, muk.ExitCode);
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
        // A test run in the background of a shell has SIGINT ignored, and would hand that down.
        var muk = Launcher.Start(
            "env", ["--default-signal=INT", Path.Combine(Launcher.Root, "muk"), "run", "spin", "--share-cores"], sandbox);
        await Sandbox.UntilAsync(() => sandbox.Kernels().Count > 0 || muk.HasExited, "no core kernel came up");
        Assert.False(muk.HasExited, "it ended at once");
        await Task.Delay(TimeSpan.FromMilliseconds(300)); // So that the guest runs as well; the ends must hold either way.
        return muk;
    }

    private static async Task SendAsync(string signal, int process) =>
        (await Launcher.RunAsync("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])).Expect(0);
}
