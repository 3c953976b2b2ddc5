using Muk.Abi;

namespace Muk.Orchestrator.Images;

/// <summary>An image in the catalog.</summary>
/// <param name="Name">As pipelines call it: the file's name without <c>.muk</c>.</param>
/// <param name="Path">Of the file, absolute.</param>
/// <param name="FileBytes">Its size.</param>
/// <param name="Manifest">What it says of itself; null when it is broken.</param>
/// <param name="Problem">Why it cannot be used, one line; null when it can.</param>
public sealed record ImageEntry(string Name, string Path, long FileBytes, Manifest? Manifest, string? Problem);
