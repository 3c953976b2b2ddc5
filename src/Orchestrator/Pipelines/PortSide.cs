using Muk.Abi;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Pipelines;

/// <summary>A port of a stage, while a link is being decided.</summary>
internal sealed record PortSide(PlannedStage Stage, Manifest.Port Port)
{
    public LinkEnd End => new(Stage.Index, Port.Name);

    public MessageLayout Layout() => MessageLayout.Of(Stage.Manifest, Port.Type)
        ?? throw new LinkException($"the message type of {this} has more than {MessageLayout.LinesMax} fields");

    public string Describe() => Port.Kind switch
    {
        PortKind.Fixed => $"messages of {Layout().Bytes} bytes ({Layout().Name})",
        PortKind.Records => "records",
        _ => "a byte stream",
    };

    public override string ToString() => $"'{Stage.Label}:{Port.Name}'";
}
