namespace Muk.Kernel.Control;

/// <summary>A control message's bytes are not one; the message says which part. Whoever sent it is broken or hostile: the
/// link to it is worth nothing any more.</summary>
public sealed class ControlFormatException(string message) : Exception(message);
