using Muk.Abi;

namespace Muk.Orchestrator.Pipelines;

/// <summary>A pipeline that has been checked against its images: what runs, and what connects it. No cores yet.</summary>
/// <param name="Text">What it was made from.</param>
/// <param name="Stages">From left to right.</param>
/// <param name="Links">From left to right: standard input's link, those between stages, standard output's link. The first and
/// the last are missing where the stage at that end has no port for it.</param>
public sealed record Plan(PipelineText Text, IReadOnlyList<PlannedStage> Stages, IReadOnlyList<PlannedLink> Links);

/// <summary>A stage of a plan.</summary>
/// <param name="Index">From 0, left to right.</param>
/// <param name="Label">Its name, unique in the pipeline.</param>
/// <param name="Image">Name of its image.</param>
/// <param name="ImagePath">The image's file.</param>
/// <param name="Manifest">The image's manifest.</param>
/// <param name="Arguments">argv without the name.</param>
public sealed record PlannedStage(
    int Index, string Label, string Image, string ImagePath, Manifest Manifest, IReadOnlyList<string> Arguments);

/// <summary>A ring between two stages, or between a stage and the pipeline's own ends.</summary>
/// <param name="From">Who writes; null: standard input.</param>
/// <param name="To">Who reads; null: standard output.</param>
/// <param name="Kind">Of the ports.</param>
/// <param name="PayloadBytes">Size of a message (<see cref="PortKind.Fixed"/>), else the largest record.</param>
/// <param name="PayloadAlign">Alignment of a message.</param>
/// <param name="CapacityBytes">Size of the ring's data.</param>
/// <param name="TypeHash">Structural hash of the message's layout, 0 for bytes and records.</param>
/// <param name="TypeName">The message's type as the source spells it, "" for bytes and records.</param>
/// <param name="WriterCopies">Whether whoever writes never reads what it wrote (<see cref="Manifest.Port.Copies"/>; the orchestrator
/// never does), so that the reader may have the ring's data writable.</param>
public sealed record PlannedLink(
    LinkEnd? From,
    LinkEnd? To,
    PortKind Kind,
    uint PayloadBytes,
    uint PayloadAlign,
    long CapacityBytes,
    ulong TypeHash,
    string TypeName,
    bool WriterCopies);

/// <summary>A stage's side of a link.</summary>
public sealed record LinkEnd(int Stage, string Port);
