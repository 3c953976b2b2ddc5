namespace Muk.Channel.Rings;

/// <summary>A file is no ring, or a broken one. The message is one line that says what is wrong.</summary>
public sealed class RingFormatException(string message) : Exception(message);
