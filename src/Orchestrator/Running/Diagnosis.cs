using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>Says what the stages of a run that does not end were doing, from the positions of their rings.</summary>
internal static class Diagnosis
{
    public static string Of(Plan plan, IReadOnlyList<RunningStage> stages, RunRings rings)
    {
        var sides = plan.Links.Select((_, i) =>
        {
            using var watch = RingWatch.Open(rings.Link(i));
            return new LinkFacts(watch.Header, watch.Producer, watch.Consumer);
        }).ToArray();
        var running = stages.Where(s => !s.HasEnded)
            .Select(s => $"{s.Stage.Label} "
                + Doing(s.Links.In < 0 ? null : sides[s.Links.In], s.Links.Out < 0 ? null : sides[s.Links.Out]));
        return string.Join("; ", running);
    }

    /// <summary>In words, for a stage that is linked to <paramref name="input"/> and <paramref name="output"/>.</summary>
    /// <remarks>Writers publish their position lazily, so that it may lag; a reader's waits do not.</remarks>
    internal static string Doing(LinkFacts? input, LinkFacts? output)
    {
        if (output is { IsFull: true })
        {
            return "waits for its reader to make room";
        }

        if (input is { NothingThere: true, Producer.State: RingState.Open })
        {
            return input.Value.Untouched ? "waits for input, and none has come" : "waits for more input";
        }

        var reads = input is { Consumer: { Position: 0, Waits: 0 }, Producer.State: RingState.Open } ? "has never read" : "";
        var writes = output is { Untouched: true } ? "has written nothing" : "";
        return string.Join(", ", new[] { reads, writes, "runs" }.Where(t => t.Length > 0));
    }
}

/// <summary>A link's two sides at one moment.</summary>
internal readonly record struct LinkFacts(RingHeader Header, RingSideFacts Producer, RingSideFacts Consumer)
{
    private ulong Used => Producer.Position > Consumer.Position ? Producer.Position - Consumer.Position : 0;

    /// <summary>Whether the reader has looked for more than was there.</summary>
    public bool NothingThere => Used == 0 && Consumer.Waits > 0;

    /// <summary>Whether nothing has ever gone through.</summary>
    public bool Untouched => Producer.Position == 0 && Consumer.Position == 0;

    /// <summary>Whether the writer cannot go on: no room for another message of the largest size.</summary>
    public bool IsFull => Header.Kind == RingKind.Slots ? Used >= Header.SlotCount
        : Header.DataBytes - Math.Min(Used, Header.DataBytes) < Header.PayloadBytes + 128;
}
