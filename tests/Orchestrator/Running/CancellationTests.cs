using Muk.Kernel.Control;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>A run that is called off, from before its start to after its end.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task Before_the_start_nothing_is_taken_and_nothing_runs()
    {
        using var f = new RunFixture();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => f.Run("cat", "x", cancellation: cancelled));
        Assert.Empty(f.Node.Kernels);
    }

    [Fact]
    public async Task While_the_kernels_come_up_nothing_runs()
    {
        using var f = new RunFixture();
        using var cancel = new CancellationTokenSource();
        f.Node.BringUp = async starting =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, starting);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => f.Run("cat", "x", cancellation: cancel.Token));
        Assert.Empty(f.Observer.StartedLabels);
    }

    [Fact]
    public async Task When_the_kernels_are_just_up_the_stages_are_ended_as_they_begin()
    {
        using var f = new RunFixture();
        using var cancel = new CancellationTokenSource();
        f.Add("spin", g =>
        {
            g.Spin();
            return 0;
        });
        f.Node.BringUp = _ => cancel.CancelAsync();
        var result = await f.Run("cat | spin", "x", cancellation: cancel.Token);
        Assert.Equal((130, "interrupted"), (result.Status, result.Reason));
        Assert.Equal(EndKind.Killed, result.Stages[1].Kind);
    }

    [Fact]
    public async Task After_the_end_it_changes_nothing()
    {
        using var f = new RunFixture();
        using var cancel = new CancellationTokenSource();
        var result = await f.Run("cat", "x", cancellation: cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(0, (await f.Run("cat", "y")).Status);
    }
}
