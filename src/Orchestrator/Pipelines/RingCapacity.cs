using System.Numerics;
using Muk.Abi;

namespace Muk.Orchestrator.Pipelines;

/// <summary>How large a link's ring is.</summary>
internal static class RingCapacity
{
    /// <summary>Data bytes of a ring nobody wished a size for: it stays in a core's own cache.</summary>
    public const long BytesDefault = 256 * 1024;

    /// <summary>Messages that fit at least, so that writer and reader need not take turns.</summary>
    private const long MessagesMin = 8;

    public static long Of(PortKind kind, uint payloadBytes, ulong wishedBytes)
    {
        // A slot has a header word before its payload, and starts on a boundary of up to 64 bytes. Records are mostly smaller
        // than the largest.
        var slot = ((long)payloadBytes + 64 + 63) & ~63L;
        var least = kind == PortKind.Fixed ? slot * MessagesMin : payloadBytes * 4L;
        var wished = wishedBytes == 0 ? BytesDefault : (long)Math.Min(wishedBytes, RingLayout.DataBytesMax);
        var bytes = Math.Clamp(Math.Max(wished, least), RingLayout.DataBytesMin, RingLayout.DataBytesMax);
        return (long)BitOperations.RoundUpToPowerOf2((ulong)bytes);
    }
}
