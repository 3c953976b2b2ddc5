using Muk.Kernel.Control;

namespace Muk.Orchestrator.Running;

/// <summary>How a stage ended, as far as the pipeline's exit status depends on it.</summary>
/// <param name="End">What the kernel said.</param>
/// <param name="Writes">Whether its out port was linked.</param>
/// <param name="Asked">Whether the runner had asked for its end.</param>
internal readonly record struct StageEnd(Event.Ended End, bool Writes, bool Asked)
{
    private const int PipeStatus = 128 + 13;

    /// <summary>It wrote to a port that nobody read any more. In a pipeline that is an order to stop, not a failure.</summary>
    public bool IsPipeDeath => End.Status == PipeStatus && Writes;

    /// <summary>Whether the pipeline failed because of it.</summary>
    public bool Fails => End.Status != 0 && !IsPipeDeath && !(Asked && End.Kind == EndKind.Killed);
}

/// <summary>What a pipeline's exit status is, from how its stages ended.</summary>
/// <remarks>The first failing stage's from the left. A stage that died of SIGPIPE does not count: whatever made its reader end
/// early does, if it was a failure, and otherwise nothing failed; so <c>yes | head</c> is a success, as in a shell. Nor does one
/// that was ended because another failed. The timeout is 124 and an interrupt 130, whatever the stages came to.</remarks>
internal sealed record RunVerdict(int Status, string Reason)
{
    public const int TimeoutStatus = 124;
    public const int InterruptStatus = 130;
    public const string InterruptReason = "interrupted";

    /// <param name="ends">Of the stages, left to right.</param>
    /// <param name="labels">Their names.</param>
    public static RunVerdict Of(IReadOnlyList<StageEnd> ends, IReadOnlyList<string> labels, RunStop stop, string stopReason)
    {
        var first = ends.ToList().FindIndex(e => e.Fails);
        return stop switch
        {
            RunStop.Timeout => new(TimeoutStatus, stopReason),
            RunStop.Cancelled => new(InterruptStatus, stopReason),
            _ when first >= 0 => new(ends[first].End.Status, Explained(labels[first], ends[first].End)),
            _ => new(0, ""),
        };
    }

    private static string Explained(string label, Event.Ended end) =>
        $"{label}: {(end.Reason.Length > 0 ? end.Reason : $"ended with status {end.Status}")}";
}
