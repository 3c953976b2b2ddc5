namespace Muk.Orchestrator.Images;

/// <summary>Where pipelines find images by name.</summary>
public interface IImageSource
{
    /// <summary>The image of that name, null for none.</summary>
    ImageEntry? Find(string name);

    /// <summary>Every name there is, broken images included.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Where they were looked for, for messages.</summary>
    string Place { get; }
}
