namespace Muk.Kernel.Crashes;

/// <summary>A line of a backtrace.</summary>
/// <param name="Function">Its name, "" when unknown.</param>
/// <param name="Place">file:line:column, or the address where no source is known.</param>
public sealed record SourceFrame(string Function, string Place);
