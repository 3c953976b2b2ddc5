namespace Muk.Orchestrator.Images;

/// <summary>One line of a message's layout.</summary>
/// <param name="Depth">0 for the message itself, 1 for its fields, more for theirs.</param>
/// <param name="Offset">From the start of the message, in bytes; inside an array's elements, of the first one.</param>
/// <param name="Type">As C spells it, with names of integer types made the same for all: <c>int32_t</c>, <c>struct[4]</c>.</param>
/// <param name="Name">Of the field, "" for the message itself.</param>
/// <param name="Bytes">Size.</param>
public sealed record LayoutLine(int Depth, ulong Offset, string Type, string Name, uint Bytes);
