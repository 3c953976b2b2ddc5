using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Pipelines;

/// <summary>Turns a text into a plan: finds the images, decides which ports each link joins, and checks that they fit.</summary>
/// <remarks>Which port: the one named in the text; else the only one of that direction (<c>err</c> is never taken unasked);
/// else the one called <c>in</c> or <c>out</c>. What fits: bytes and bytes, records and records, fixed messages of the same
/// layout. At the pipeline's own ends everything fits: fixed messages are their raw bytes there, records are lines.</remarks>
public static class Linker
{
    /// <summary>Checks <paramref name="text"/> against <paramref name="images"/>.</summary>
    /// <exception cref="LinkException">An image or a port is not there, or two ports do not fit.</exception>
    public static Plan Link(PipelineText text, IImageSource images)
    {
        var labels = text.Labels;
        var stages = text.Stages.Select((stage, i) => Stage(i, stage, labels[i], images)).ToArray();
        var links = new List<PlannedLink>();
        for (var i = 0; i <= stages.Length; i++)
        {
            var from = i == 0 ? null : Side(stages[i - 1], text.Stages[i - 1].Ports, PortDirection.Out, needed: i < stages.Length);
            var to = i == stages.Length ? null : Side(stages[i], text.Stages[i].Ports, PortDirection.In, needed: i > 0);
            if (from is not null || to is not null)
            {
                links.Add(Join(from, to));
            }
        }

        return new Plan(text, stages, links);
    }

    private static PlannedStage Stage(int index, StageText stage, string label, IImageSource images)
    {
        var entry = images.Find(stage.Name) ?? throw new LinkException(Unknown(stage.Name, images));
        if (entry.Manifest is null)
        {
            throw new LinkException($"'{stage.Name}' cannot be used: {entry.Problem}");
        }

        var ports = PortTable.Of(entry.Manifest);
        foreach (var name in stage.Ports)
        {
            if (ports.All(p => p.Name != name))
            {
                throw new LinkException($"'{label}' has no port '{name}'; it has {Listed(ports)}");
            }
        }

        if (stage.Ports.Count == 2 && Direction(stage.Ports[0]) == Direction(stage.Ports[1]))
        {
            throw new LinkException($"'{stage.Ports[0]}' and '{stage.Ports[1]}' of '{label}' both "
                + (Direction(stage.Ports[0]) == PortDirection.In ? "read" : "write") + "; name at most one of each");
        }

        return new(index, label, entry.Name, entry.Path, entry.Manifest, stage.Arguments);

        PortDirection Direction(string name) => ports.First(p => p.Name == name).Direction;
    }

    private static PortSide? Side(PlannedStage stage, IReadOnlyList<string> named, PortDirection direction, bool needed)
    {
        var own = PortTable.Of(stage.Manifest).Where(p => p.Direction == direction).ToArray();
        if (own.FirstOrDefault(p => named.Contains(p.Name)) is { } asked)
        {
            return new(stage, asked);
        }

        var candidates = own.Where(p => p.Name != PortTable.Err).ToArray();
        var (verb, usual) = direction == PortDirection.In ? ("reads", PortTable.In) : ("writes", PortTable.Out);
        return candidates switch
        {
            [var only] => new(stage, only),
            [] when needed => throw new LinkException($"'{stage.Label}' {verb} no port, so it cannot stand "
                + (direction == PortDirection.In ? "after a '|'" : "before a '|'")),
            [] => null,
            _ => candidates.FirstOrDefault(p => p.Name == usual) is { } standard
                ? new(stage, standard)
                : throw new LinkException($"'{stage.Label}' {verb} several ports ({string.Join(", ", candidates.Select(p => p.Name))}): "
                    + $"say which, as in {stage.Image}:{candidates[0].Name}"),
        };
    }

    private static PlannedLink Join(PortSide? from, PortSide? to)
    {
        var port = (from ?? to)!.Port;
        if (from is not null && to is not null)
        {
            CheckFit(from, to);
        }

        var layout = port.Kind == PortKind.Fixed ? from?.Layout() ?? to!.Layout() : null;
        var payload = layout?.Bytes ?? RecordBytes(from, to);
        var wished = Math.Max(from?.Port.CapacityBytes ?? 0, to?.Port.CapacityBytes ?? 0);
        return new(from?.End, to?.End, port.Kind, payload, layout?.Align ?? 8, RingCapacity.Of(port.Kind, payload, wished),
            layout?.Hash ?? 0, layout?.Name ?? "", from?.Port.Copies ?? true);
    }

    private static void CheckFit(PortSide from, PortSide to)
    {
        if (from.Port.Kind != to.Port.Kind)
        {
            throw new LinkException($"{from} writes {from.Describe()}, and {to} reads {to.Describe()}: "
                + "a stage between them has to turn one into the other");
        }

        if (from.Port.Kind == PortKind.Fixed && !from.Layout().Equals(to.Layout()))
        {
            throw new LinkException($"{from} writes other messages than {to} reads:\n"
                + LayoutComparison.SideBySide(from.ToString(), from.Layout(), to.ToString(), to.Layout()));
        }

        if (from.Port.Kind == PortKind.Records && RecordBytes(from, null) > RecordBytes(to, null))
        {
            throw new LinkException($"{from} writes records of up to {RecordBytes(from, null)} bytes, "
                + $"and {to} reads at most {RecordBytes(to, null)}");
        }
    }

    // Of a byte stream the reader takes any piece, so the writer's wish decides.
    private static uint RecordBytes(PortSide? from, PortSide? to)
    {
        var asked = (from ?? to)!.Port.MessageBytes;
        return asked == 0 ? PortTable.RecordBytesDefault : asked;
    }

    private static string Unknown(string name, IImageSource images)
    {
        var near = NearestNames.Of(name, images.Names);
        var hint = near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?"
            : images.Names.Count > 0 ? $"there are {string.Join(", ", images.Names.Take(12))}{(images.Names.Count > 12 ? ", …" : "")}"
            : $"there are no images in {images.Place}: build them first (muk build)";
        return $"there is no MUK '{name}'; {hint}";
    }

    private static string Listed(IReadOnlyList<Manifest.Port> ports) =>
        string.Join(", ", ports.Select(p => $"{p.Name} ({(p.Direction == PortDirection.In ? "in" : "out")})"));
}
